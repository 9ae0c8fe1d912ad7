import type { Database } from "../../../../platform/database/database.ts";
import { accountActions, type Finding, type Rule } from "../finding.ts";
import { thresholds } from "../thresholds.ts";
import * as queries from "./sign-in.queries.ts";

const minutes = (n: number) => n * 60_000;
const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;
const before = (now: Date, ms: number) => new Date(now.getTime() - ms);

/** Many passwords for one account, one for many, from one network or hundreds: one alert for the installation. */
export function passwordGuessing(db: Database): Rule {
  const { guessing, spraying } = thresholds;
  return async (now) => {
    const found = await queries.countGuesses.first(db, before(now, minutes(guessing.minutes)));
    if (!found?.began || !found.last) return [];
    const { refusals, accounts, networks, began, last } = found;
    const whose = accounts === 0 ? "for accounts that do not exist" : `for ${counted(accounts, "account")}`;
    const sprays = accounts >= spraying.accounts && refusals >= spraying.refusals;
    if (refusals < guessing.refusals && !sprays) return [];
    return [
      {
        ...{ kind: "suspicious.password-guessing", subject: "sign-in", severity: "warning", began, last, actions: [] },
        title: `Somebody is guessing passwords: ${refusals} wrong ones in ${guessing.minutes} minutes from ${counted(networks, "network")}, ${whose}. Sign-in slows them down by itself. Ask everybody for a second factor, and block the addresses in your firewall.`,
        data: { refusals, accounts, networks, minutes: guessing.minutes },
      } satisfies Finding,
    ];
  };
}

/** A sign-in that worked after many that did not; and one from a network and device never seen, of an administrator or after refusals. */
export function newPlaces(db: Database): Rule {
  const { afterFailures, newPlace } = thresholds;
  return async (now) => {
    const since = before(now, minutes(newPlace.reportMinutes));
    const rows = await queries.listNewPlaces.all(db, since, afterFailures.minutes, newPlace.hours);
    return rows.flatMap((row): Finding[] => {
      const { user_id: userId, email, ip, at, refused_shortly, refused_lately, began } = row;
      const shared = { subject: userId, last: at, userId, actions: accountActions(userId) };
      if (refused_shortly >= afterFailures.refusals) {
        return [
          {
            ...{ ...shared, kind: "suspicious.success-after-failures", severity: "critical", began: began ?? at },
            title: `${email} signed in from a new network after ${refused_shortly} wrong passwords. Ask them whether that was them; if not, lock the account.`,
            data: { email, refusals: refused_shortly, address: ip },
          },
        ];
      }
      if (!row.new_device || (row.role !== "admin" && refused_lately < newPlace.refusalsBefore)) return [];
      const why = row.role === "admin" ? "an administrator" : `after ${refused_lately} wrong passwords`;
      return [
        {
          ...{
            ...shared,
            kind: "suspicious.new-place",
            severity: row.role === "admin" ? "info" : "warning",
            began: at,
          },
          title: `${email} (${why}) signed in from a network and a device that were never seen before. Ask them whether that was them; if not, end the sessions and lock the account.`,
          data: { email, address: ip, refusals: refused_lately },
        },
      ];
    });
  };
}

/** An access token that has stood still for days is used from elsewhere. */
export function tokenNetworks(db: Database): Rule {
  const { establishedDays, mostNetworks, reportMinutes } = thresholds.tokenNetwork;
  return async (now) => {
    const rows = await queries.listTokenNetworks.all(
      db,
      before(now, minutes(reportMinutes)),
      establishedDays,
      mostNetworks,
    );
    return rows.map(({ token_id, name, user_id: userId, email, network, at }) => ({
      ...{ kind: "suspicious.token-network", subject: token_id, severity: "warning", began: at, last: at, userId },
      title: `The access token "${name}" of ${email} was used from a network it was never used from before. If the program has not moved, revoke the token.`,
      data: { email, tokenId: token_id, network },
      actions: accountActions(userId),
    }));
  };
}

/** Passwords of one link are being tried. */
export function linkGuessing(db: Database): Rule {
  const { refusals, minutes: within } = thresholds.linkGuessing;
  return async (now) => {
    const rows = await queries.listGuessedLinks.all(db, before(now, minutes(within)), refusals);
    return rows.map((row) => ({
      ...{
        kind: "suspicious.link-guessing",
        subject: row.link_id,
        severity: "warning",
        began: row.began,
        last: row.last,
      },
      title: `Somebody is guessing the password of a link of ${row.email} to "${row.label}": ${row.refusals} wrong ones in an hour. Revoke the link, or give it a longer password.`,
      data: { email: row.email, linkId: row.link_id, refusals: row.refusals, networks: row.networks },
      ...{ userId: row.user_id, actions: [] },
    }));
  };
}
