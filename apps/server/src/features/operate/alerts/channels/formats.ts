import { createHmac } from "node:crypto";
import type { Address, Channel } from "./channel.ts";
import { details, headline, type Message } from "./message.ts";

/** A request to a service, as its documentation wants it. */
export interface Outgoing {
  readonly url: string;
  readonly method: "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Format = (message: Message, address: Address, now: Date) => Outgoing;

export function requestOf(kind: Exclude<Channel["kind"], "mail">, ...args: Parameters<Format>): Outgoing {
  return formats[kind](...args);
}

const formats: Record<Exclude<Channel["kind"], "mail">, Format> = {
  /** Signed as https://www.standardwebhooks.com has it. */
  webhook(message, { url, secret }, now) {
    const { alert, why, remedy } = message;
    const body = JSON.stringify({
      type: `alert.${message.event}`,
      timestamp: now.toISOString(),
      data: { ...alert, why, remedy, url: message.url, headline: headline(message) },
    });
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const key = Buffer.from((secret ?? "").replace(/^whsec_/, ""), "base64");
    const signature = createHmac("sha256", key).update(`${message.id}.${timestamp}.${body}`).digest("base64");
    const signed = { "webhook-id": message.id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
    return { ...json(url, JSON.parse(body)), headers: { "content-type": "application/json", ...signed }, body };
  },

  /** https://docs.ntfy.sh/publish/#publish-as-json: to the server, with the topic of the address in the body. */
  ntfy(message, { url, token }) {
    const { origin, pathname } = new URL(url);
    const [topic = "", ...above] = pathname.split("/").filter(Boolean).reverse();
    const server = [origin, ...above.reverse()].join("/");
    const { severity } = message.alert;
    const priority = message.event === "opened" ? { info: 2, warning: 4, critical: 5 }[severity] : 3;
    const tag =
      message.event === "opened"
        ? { info: "information_source", warning: "warning", critical: "rotating_light" }[severity]
        : "white_check_mark";
    const body = {
      topic,
      title: headline(message),
      message: details(message).join("\n"),
      priority,
      tags: [tag],
      click: message.url,
    };
    return json(server, body, token ? { authorization: `Bearer ${token}` } : {});
  },

  /** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
  slack(message, { url }) {
    const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    const lines = [
      `*${escape(headline(message))}*`,
      ...details(message).map(escape),
      `<${message.url}|${message.pageLabel}>`,
    ];
    return json(url, { text: lines.join("\n") });
  },

  /** https://docs.discord.com/developers/resources/webhook#execute-webhook */
  discord(message, { url }) {
    const color =
      message.event === "opened"
        ? { info: 0x3b82f6, warning: 0xf59e0b, critical: 0xdc2626 }[message.alert.severity]
        : 0x16a34a;
    const embed = { title: headline(message), description: details(message).join("\n"), url: message.url, color };
    return json(url, { embeds: [embed], allowed_mentions: { parse: [] } });
  },

  /** https://spec.matrix.org/latest/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid: sent twice with one id, it stands there once. */
  matrix(message, { url, token, room = "" }) {
    const lines = [headline(message), ...details(message), message.url];
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${message.id}`;
    const outgoing = json(url.replace(/\/+$/, "") + path, { msgtype: "m.text", body: lines.join("\n") });
    return { ...outgoing, method: "PUT", headers: { ...outgoing.headers, authorization: `Bearer ${token}` } };
  },

  /** https://gotify.net/docs/pushmsg */
  gotify(message, { url, token = "" }) {
    const priority = message.event === "opened" ? { info: 3, warning: 6, critical: 9 }[message.alert.severity] : 4;
    const extras = { "client::notification": { click: { url: message.url } } };
    const body = { title: headline(message), message: details(message).join("\n"), priority, extras };
    return json(`${url.replace(/\/+$/, "")}/message`, body, { "x-gotify-key": token });
  },
};

function json(url: string, body: object, headers: Record<string, string> = {}): Outgoing {
  return {
    url,
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}
