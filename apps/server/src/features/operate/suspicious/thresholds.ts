/**
 * When a rule speaks, and why then. A small team must be able to trust them: each is set so that ordinary work stays far below, and what it is for
 * goes far above within minutes. `docs/design/suspicious-activity.md` says what each does not see.
 */
export const thresholds = {
  /**
   * Files whose contents turned to noise in one run, or that were replaced by noise beside them. By hand somebody encrypts a handful; 40 are reached
   * by a program in seconds. A run ends where nothing happened for half an hour, so that a slow program is one run too. An account is looked at while noise came
   * within the last quarter of an hour: somebody who keeps a large encrypted folder costs nothing for the rest of the day.
   */
  massChange: { files: 40, runGapMinutes: 30, windowHours: 24, recentMinutes: 15 },
  /**
   * Refused sign-ins in 20 minutes from networks that the account has never signed in from. People who have forgotten a password give up after some ten,
   * or wait for a mail; a program with an old password does so from a known network, which is not counted.
   */
  guessing: { refusals: 100, minutes: 20 },
  /** Accounts tried in that time from such networks. Several people who mistype on one morning do so from networks that they are known in. */
  spraying: { accounts: 6, refusals: 12, minutes: 20 },
  /** Refusals from unknown networks in the hour before a success from a network that is new as well. Below ten somebody may be looking for the right one. */
  afterFailures: { refusals: 10, minutes: 60 },
  /** For accounts without rights: refusals from elsewhere in the day before, so that a new telephone on a new line alone is no alert. Administrators: none. */
  newPlace: { refusalsBefore: 3, hours: 24, reportMinutes: 60 },
  /** A token that has been used from at most so many networks for so long stands still (a server, a NAS); telephones roam and have more. */
  tokenNetwork: { mostNetworks: 3, establishedDays: 7, reportMinutes: 60 },
  /** Wrong passwords of one link within an hour. Recipients mistype some; the throttle itself lets 20 pass before it makes anybody wait. */
  linkGuessing: { refusals: 60, minutes: 60 },
  /** Downloads in a day, against the person's own busiest day of the last 30; and never below a number that a person clicks together. */
  downloads: { files: 500, timesBusiest: 4 },
  /** Backups that one person deletes within an hour. Cleaning up deletes one or two; retention is no person. */
  backupsDeleted: { backups: 3, minutes: 60 },
  /** Changes that are rare and always worth a look are reported when they are this recent. */
  reportMinutes: 60,
} as const;

/** An alert resolves by itself when nothing more happened for so long. Long enough that an administrator who looks twice a day meets it. */
export const quietHours = 12;
