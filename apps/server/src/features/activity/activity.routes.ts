import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { createAtOnce } from "../../platform/http/at-once.ts";
import { originOf } from "../../platform/http/principal.ts";
import { route } from "../../platform/http/route.ts";
import type { ActivityDeps } from "./activity.deps.ts";
import { addComment } from "./comments/add-comment.ts";
import { deleteComment } from "./comments/delete-comment.ts";
import { listComments } from "./comments/list-comments.ts";
import { listMentionable } from "./comments/list-mentionable.ts";
import { updateComment } from "./comments/update-comment.ts";
import { unsubscribe } from "./digest/unsubscribe.ts";
import { listActivity } from "./feed/list-activity.ts";
import { deleteNotification, listNotifications, updateNotifications } from "./notifications/notifications.ts";
import { getSettings, updateSettings } from "./notifications/settings.ts";

/** Notifications, comments, and what was done with files. */
export function activityRoutes(app: FastifyInstance, deps: ActivityDeps): void {
  const feeds = createAtOnce({ what: "lists of activity", most: 3, within: deps.longQuestions });
  const pickers = createAtOnce({ what: "searches for people", most: 3, within: deps.longQuestions });

  route(app, contract.listNotifications, ({ principal, query }) => listNotifications(deps, principal.userId, query));
  route(app, contract.updateNotifications, ({ principal, body }) => updateNotifications(deps, principal.userId, body));
  route(app, contract.deleteNotification, ({ principal, params }) =>
    deleteNotification(deps, principal.userId, params.id),
  );
  route(app, contract.getNotificationSettings, ({ principal }) => getSettings(deps, principal.userId));
  route(app, contract.updateNotificationSettings, ({ principal, body }) =>
    updateSettings(deps, principal.userId, body),
  );
  route(app, contract.unsubscribe, ({ body }) => unsubscribe(deps, body.token));

  route(app, contract.listComments, ({ principal, params, query }) =>
    listComments(deps, principal.userId, params.id, query),
  );
  route(app, contract.addComment, ({ principal, params, body, request }) =>
    addComment(deps, originOf(request), { userId: principal.userId, fileId: params.id, text: body.text }),
  );
  route(app, contract.updateComment, ({ principal, params, body, request }) =>
    updateComment(deps, originOf(request), { userId: principal.userId, commentId: params.id, text: body.text }),
  );
  route(app, contract.deleteComment, ({ principal, params, request }) =>
    deleteComment(deps, originOf(request), { userId: principal.userId, commentId: params.id }),
  );
  route(app, contract.listMentionable, ({ principal, params, query }) =>
    pickers(principal.userId, () => listMentionable(deps, principal.userId, params.id, query.q)),
  );
  route(app, contract.listFileActivity, ({ principal, params, query }) =>
    feeds(principal.userId, () => listActivity(deps, principal.userId, params.id, query)),
  );
}
