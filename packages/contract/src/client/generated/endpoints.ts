// Written by "npm run generate" from the operations of this package. Not to be changed by hand.
import type * as contract from "../../index.ts";
import type { Endpoint } from "../endpoint.ts";

export const changePassword: Endpoint<typeof contract.changePassword> = { method: "POST", path: "/api/v1/auth/password", result: null };

export const currentSession: Endpoint<typeof contract.currentSession> = { method: "GET", path: "/api/v1/auth/session" };

export const listActivity: Endpoint<typeof contract.listActivity> = { method: "GET", path: "/api/v1/auth/activity" };

export const listLogins: Endpoint<typeof contract.listLogins> = { method: "GET", path: "/api/v1/auth/logins" };

export const listSessions: Endpoint<typeof contract.listSessions> = { method: "GET", path: "/api/v1/auth/sessions" };

export const login: Endpoint<typeof contract.login> = { method: "POST", path: "/api/v1/auth/login" };

export const logout: Endpoint<typeof contract.logout> = { method: "POST", path: "/api/v1/auth/logout", result: null };

export const refresh: Endpoint<typeof contract.refresh> = { method: "POST", path: "/api/v1/auth/refresh" };

export const register: Endpoint<typeof contract.register> = { method: "POST", path: "/api/v1/auth/register" };

export const revokeSession: Endpoint<typeof contract.revokeSession> = { method: "DELETE", path: "/api/v1/auth/sessions/{id}", result: null };

export const setup: Endpoint<typeof contract.setup> = { method: "POST", path: "/api/v1/setup" };

export const setupStatus: Endpoint<typeof contract.setupStatus> = { method: "GET", path: "/api/v1/setup" };

export const setupRestore: Endpoint<typeof contract.setupRestore> = { method: "POST", path: "/api/v1/setup/restore" };

export const setupRestoreProgress: Endpoint<typeof contract.setupRestoreProgress> = { method: "POST", path: "/api/v1/setup/restore/progress" };

export const setupRestoreSnapshots: Endpoint<typeof contract.setupRestoreSnapshots> = { method: "POST", path: "/api/v1/setup/restore/snapshots" };

export const setupRestoreStatus: Endpoint<typeof contract.setupRestoreStatus> = { method: "GET", path: "/api/v1/setup/restore" };

export const createAccessToken: Endpoint<typeof contract.createAccessToken> = { method: "POST", path: "/api/v1/auth/tokens" };

export const listAccessTokens: Endpoint<typeof contract.listAccessTokens> = { method: "GET", path: "/api/v1/auth/tokens" };

export const revokeAccessToken: Endpoint<typeof contract.revokeAccessToken> = { method: "DELETE", path: "/api/v1/auth/tokens/{id}", result: null };

export const proofStatus: Endpoint<typeof contract.proofStatus> = { method: "GET", path: "/api/v1/auth/prove" };

export const prove: Endpoint<typeof contract.prove> = { method: "POST", path: "/api/v1/auth/prove" };

export const adminResetFactors: Endpoint<typeof contract.adminResetFactors> = { method: "DELETE", path: "/api/v1/admin/users/{id}/factors", result: null };

export const confirmFactor: Endpoint<typeof contract.confirmFactor> = { method: "POST", path: "/api/v1/auth/mfa/factors/{id}/verify" };

export const enrolFactor: Endpoint<typeof contract.enrolFactor> = { method: "POST", path: "/api/v1/auth/mfa/factors" };

export const listFactors: Endpoint<typeof contract.listFactors> = { method: "GET", path: "/api/v1/auth/mfa/factors" };

export const removeFactor: Endpoint<typeof contract.removeFactor> = { method: "DELETE", path: "/api/v1/auth/mfa/factors/{id}", result: null };

export const renewRecoveryCodes: Endpoint<typeof contract.renewRecoveryCodes> = { method: "POST", path: "/api/v1/auth/mfa/recovery-codes" };

export const startSecondStep: Endpoint<typeof contract.startSecondStep> = { method: "POST", path: "/api/v1/auth/mfa/start" };

export const verifySecondFactor: Endpoint<typeof contract.verifySecondFactor> = { method: "POST", path: "/api/v1/auth/mfa/verify" };

export const addPasskey: Endpoint<typeof contract.addPasskey> = { method: "POST", path: "/api/v1/auth/passkeys" };

export const listPasskeys: Endpoint<typeof contract.listPasskeys> = { method: "GET", path: "/api/v1/auth/passkeys" };

export const removePasskey: Endpoint<typeof contract.removePasskey> = { method: "DELETE", path: "/api/v1/auth/passkeys/{id}", result: null };

export const renamePasskey: Endpoint<typeof contract.renamePasskey> = { method: "PATCH", path: "/api/v1/auth/passkeys/{id}" };

export const signInWithPasskey: Endpoint<typeof contract.signInWithPasskey> = { method: "POST", path: "/api/v1/auth/passkeys/sign-in" };

export const startPasskey: Endpoint<typeof contract.startPasskey> = { method: "POST", path: "/api/v1/auth/passkeys/start" };

export const startPasskeySignIn: Endpoint<typeof contract.startPasskeySignIn> = { method: "POST", path: "/api/v1/auth/passkeys/sign-in/start" };

export const changeEmail: Endpoint<typeof contract.changeEmail> = { method: "POST", path: "/api/v1/auth/email" };

export const confirmEmail: Endpoint<typeof contract.confirmEmail> = { method: "POST", path: "/api/v1/auth/email/confirm" };

export const confirmRecovery: Endpoint<typeof contract.confirmRecovery> = { method: "POST", path: "/api/v1/auth/recover/confirm", result: null };

export const recover: Endpoint<typeof contract.recover> = { method: "POST", path: "/api/v1/auth/recover", result: null };

export const resendConfirmation: Endpoint<typeof contract.resendConfirmation> = { method: "POST", path: "/api/v1/auth/register/resend", result: null };

export const finishOidc: Endpoint<typeof contract.finishOidc> = { method: "GET", path: "/api/v1/auth/oidc/callback", result: null };

export const linkOidc: Endpoint<typeof contract.linkOidc> = { method: "POST", path: "/api/v1/auth/oidc/link" };

export const listOidcProviders: Endpoint<typeof contract.listOidcProviders> = { method: "GET", path: "/api/v1/auth/oidc" };

export const startOidc: Endpoint<typeof contract.startOidc> = { method: "GET", path: "/api/v1/auth/oidc/{provider}/start", result: null };

export const adminGetSettings: Endpoint<typeof contract.adminGetSettings> = { method: "GET", path: "/api/v1/admin/settings" };

export const adminUpdateSettings: Endpoint<typeof contract.adminUpdateSettings> = { method: "PATCH", path: "/api/v1/admin/settings" };

export const adminCreateUser: Endpoint<typeof contract.adminCreateUser> = { method: "POST", path: "/api/v1/admin/users" };

export const adminDeleteUser: Endpoint<typeof contract.adminDeleteUser> = { method: "DELETE", path: "/api/v1/admin/users/{id}", result: null };

export const adminListUsers: Endpoint<typeof contract.adminListUsers> = { method: "GET", path: "/api/v1/admin/users" };

export const adminUpdateUser: Endpoint<typeof contract.adminUpdateUser> = { method: "PATCH", path: "/api/v1/admin/users/{id}" };

export const me: Endpoint<typeof contract.me> = { method: "GET", path: "/api/v1/me" };

export const updateMe: Endpoint<typeof contract.updateMe> = { method: "PATCH", path: "/api/v1/me" };

export const adminInviteUser: Endpoint<typeof contract.adminInviteUser> = { method: "POST", path: "/api/v1/admin/users/invitations" };

export const adminListInvitations: Endpoint<typeof contract.adminListInvitations> = { method: "GET", path: "/api/v1/admin/users/invitations" };

export const adminResendInvitation: Endpoint<typeof contract.adminResendInvitation> = { method: "POST", path: "/api/v1/admin/users/invitations/{id}/resend" };

export const adminRevokeInvitation: Endpoint<typeof contract.adminRevokeInvitation> = { method: "DELETE", path: "/api/v1/admin/users/invitations/{id}", result: null };

export const adminGetLeaving: Endpoint<typeof contract.adminGetLeaving> = { method: "GET", path: "/api/v1/admin/users/{id}/leaving" };

export const adminTransferFiles: Endpoint<typeof contract.adminTransferFiles> = { method: "POST", path: "/api/v1/admin/users/{id}/transfer" };

export const deleteMe: Endpoint<typeof contract.deleteMe> = { method: "POST", path: "/api/v1/me/delete", result: null };

export const exportAccount: Endpoint<typeof contract.exportAccount> = { method: "GET", path: "/api/v1/me/export" };

export const getLeaving: Endpoint<typeof contract.getLeaving> = { method: "GET", path: "/api/v1/me/leaving" };

export const adminCreateAlertChannel: Endpoint<typeof contract.adminCreateAlertChannel> = { method: "POST", path: "/api/v1/admin/alert-channels" };

export const adminDeleteAlertChannel: Endpoint<typeof contract.adminDeleteAlertChannel> = { method: "DELETE", path: "/api/v1/admin/alert-channels/{id}", result: null };

export const adminListAlertChannels: Endpoint<typeof contract.adminListAlertChannels> = { method: "GET", path: "/api/v1/admin/alert-channels" };

export const adminListAlertRules: Endpoint<typeof contract.adminListAlertRules> = { method: "GET", path: "/api/v1/admin/alert-rules" };

export const adminListAlerts: Endpoint<typeof contract.adminListAlerts> = { method: "GET", path: "/api/v1/admin/alerts" };

export const adminTestAlertChannel: Endpoint<typeof contract.adminTestAlertChannel> = { method: "POST", path: "/api/v1/admin/alert-channels/{id}/test" };

export const adminUpdateAlert: Endpoint<typeof contract.adminUpdateAlert> = { method: "PATCH", path: "/api/v1/admin/alerts/{id}" };

export const adminUpdateAlertChannel: Endpoint<typeof contract.adminUpdateAlertChannel> = { method: "PATCH", path: "/api/v1/admin/alert-channels/{id}" };

export const adminUpdateAlertRules: Endpoint<typeof contract.adminUpdateAlertRules> = { method: "PATCH", path: "/api/v1/admin/alert-rules" };

export const adminUpdateAlerts: Endpoint<typeof contract.adminUpdateAlerts> = { method: "PATCH", path: "/api/v1/admin/alerts" };

export const adminExportAccessLog: Endpoint<typeof contract.adminExportAccessLog> = { method: "GET", path: "/api/v1/admin/access-logs/export" };

export const adminListAccessLog: Endpoint<typeof contract.adminListAccessLog> = { method: "GET", path: "/api/v1/admin/access-logs" };

export const listMyActivity: Endpoint<typeof contract.listMyActivity> = { method: "GET", path: "/api/v1/me/activity" };

export const adminCancelRewind: Endpoint<typeof contract.adminCancelRewind> = { method: "DELETE", path: "/api/v1/admin/users/{id}/rewinds/{rewindId}", result: null };

export const adminEndSessions: Endpoint<typeof contract.adminEndSessions> = { method: "DELETE", path: "/api/v1/admin/users/{id}/sessions", result: null };

export const adminGetRewind: Endpoint<typeof contract.adminGetRewind> = { method: "GET", path: "/api/v1/admin/users/{id}/rewinds/{rewindId}" };

export const adminListRewinds: Endpoint<typeof contract.adminListRewinds> = { method: "GET", path: "/api/v1/admin/users/{id}/rewinds" };

export const adminRewindUser: Endpoint<typeof contract.adminRewindUser> = { method: "POST", path: "/api/v1/admin/users/{id}/rewind" };

export const bulkFiles: Endpoint<typeof contract.bulkFiles> = { method: "POST", path: "/api/v1/files/bulk" };

export const cancelCopy: Endpoint<typeof contract.cancelCopy> = { method: "DELETE", path: "/api/v1/copies/{id}", result: null };

export const checkMove: Endpoint<typeof contract.checkMove> = { method: "POST", path: "/api/v1/files/{id}/move-check" };

export const copyFile: Endpoint<typeof contract.copyFile> = { method: "POST", path: "/api/v1/files/{id}/copy" };

export const createFolder: Endpoint<typeof contract.createFolder> = { method: "POST", path: "/api/v1/folders" };

export const deleteFile: Endpoint<typeof contract.deleteFile> = { method: "DELETE", path: "/api/v1/files/{id}", result: null };

export const deleteVersion: Endpoint<typeof contract.deleteVersion> = { method: "DELETE", path: "/api/v1/files/{id}/versions/{versionId}", result: null };

export const deleteVersions: Endpoint<typeof contract.deleteVersions> = { method: "DELETE", path: "/api/v1/files/{id}/versions" };

export const emptyTrash: Endpoint<typeof contract.emptyTrash> = { method: "DELETE", path: "/api/v1/trash", result: null };

export const getArchive: Endpoint<typeof contract.getArchive> = { method: "GET", path: "/api/v1/archives" };

export const getContent: Endpoint<typeof contract.getContent> = { method: "GET", path: "/api/v1/files/{id}/content" };

export const getCopy: Endpoint<typeof contract.getCopy> = { method: "GET", path: "/api/v1/copies/{id}" };

export const getFile: Endpoint<typeof contract.getFile> = { method: "GET", path: "/api/v1/files/{id}" };

export const getFolderTotals: Endpoint<typeof contract.getFolderTotals> = { method: "GET", path: "/api/v1/files/{id}/totals" };

export const getTrashTotals: Endpoint<typeof contract.getTrashTotals> = { method: "GET", path: "/api/v1/trash/totals" };

export const headContent: Endpoint<typeof contract.headContent> = { method: "HEAD", path: "/api/v1/files/{id}/content" };

export const listCopies: Endpoint<typeof contract.listCopies> = { method: "GET", path: "/api/v1/copies" };

export const listFiles: Endpoint<typeof contract.listFiles> = { method: "GET", path: "/api/v1/files" };

export const listTrash: Endpoint<typeof contract.listTrash> = { method: "GET", path: "/api/v1/trash" };

export const listTrashedFolder: Endpoint<typeof contract.listTrashedFolder> = { method: "GET", path: "/api/v1/trash/{id}" };

export const listVersions: Endpoint<typeof contract.listVersions> = { method: "GET", path: "/api/v1/files/{id}/versions" };

export const putContent: Endpoint<typeof contract.putContent> = { method: "PUT", path: "/api/v1/files/content" };

export const restoreFile: Endpoint<typeof contract.restoreFile> = { method: "POST", path: "/api/v1/files/{id}/restore" };

export const restoreVersion: Endpoint<typeof contract.restoreVersion> = { method: "POST", path: "/api/v1/files/{id}/versions/{versionId}/restore" };

export const updateFile: Endpoint<typeof contract.updateFile> = { method: "PATCH", path: "/api/v1/files/{id}" };

export const searchFiles: Endpoint<typeof contract.searchFiles> = { method: "GET", path: "/api/v1/search" };

export const createUpload: Endpoint<typeof contract.createUpload> = { method: "POST", path: "/api/v1/uploads", result: null };

export const deleteUpload: Endpoint<typeof contract.deleteUpload> = { method: "DELETE", path: "/api/v1/uploads/{id}", result: null };

export const finishUpload: Endpoint<typeof contract.finishUpload> = { method: "POST", path: "/api/v1/uploads/{id}/finish" };

export const headUpload: Endpoint<typeof contract.headUpload> = { method: "HEAD", path: "/api/v1/uploads/{id}", result: null };

export const listUploads: Endpoint<typeof contract.listUploads> = { method: "GET", path: "/api/v1/uploads" };

export const patchUpload: Endpoint<typeof contract.patchUpload> = { method: "PATCH", path: "/api/v1/uploads/{id}", result: null };

export const tusOptions: Endpoint<typeof contract.tusOptions> = { method: "OPTIONS", path: "/api/v1/uploads", result: null };

export const uploadBatch: Endpoint<typeof contract.uploadBatch> = { method: "POST", path: "/api/v1/files/batch" };

export const createShare: Endpoint<typeof contract.createShare> = { method: "POST", path: "/api/v1/shares" };

export const listShareAccesses: Endpoint<typeof contract.listShareAccesses> = { method: "GET", path: "/api/v1/shares/{id}/accesses" };

export const listShares: Endpoint<typeof contract.listShares> = { method: "GET", path: "/api/v1/shares" };

export const revokeShare: Endpoint<typeof contract.revokeShare> = { method: "DELETE", path: "/api/v1/shares/{id}", result: null };

export const updateShare: Endpoint<typeof contract.updateShare> = { method: "PATCH", path: "/api/v1/shares/{id}" };

export const createGrant: Endpoint<typeof contract.createGrant> = { method: "POST", path: "/api/v1/files/{id}/grants" };

export const deleteGrant: Endpoint<typeof contract.deleteGrant> = { method: "DELETE", path: "/api/v1/grants/{id}", result: null };

export const listGrants: Endpoint<typeof contract.listGrants> = { method: "GET", path: "/api/v1/files/{id}/grants" };

export const listSharedWithMe: Endpoint<typeof contract.listSharedWithMe> = { method: "GET", path: "/api/v1/shared-with-me" };

export const searchDirectory: Endpoint<typeof contract.searchDirectory> = { method: "GET", path: "/api/v1/directory" };

export const setInheritance: Endpoint<typeof contract.setInheritance> = { method: "POST", path: "/api/v1/files/{id}/inheritance" };

export const updateGrant: Endpoint<typeof contract.updateGrant> = { method: "PATCH", path: "/api/v1/grants/{id}" };

export const updateSharedWithMe: Endpoint<typeof contract.updateSharedWithMe> = { method: "PATCH", path: "/api/v1/shared-with-me/{id}", result: null };

export const getPublicArchive: Endpoint<typeof contract.getPublicArchive> = { method: "GET", path: "/api/v1/public/shares/{token}/archive" };

export const getPublicContent: Endpoint<typeof contract.getPublicContent> = { method: "GET", path: "/api/v1/public/shares/{token}/content" };

export const getPublicFileContent: Endpoint<typeof contract.getPublicFileContent> = { method: "GET", path: "/api/v1/public/shares/{token}/files/{id}/content" };

export const getPublicGrants: Endpoint<typeof contract.getPublicGrants> = { method: "GET", path: "/api/v1/public/shares/{token}/grants" };

export const getPublicShare: Endpoint<typeof contract.getPublicShare> = { method: "GET", path: "/api/v1/public/shares/{token}" };

export const getPublicSize: Endpoint<typeof contract.getPublicSize> = { method: "GET", path: "/api/v1/public/shares/{token}/size" };

export const headPublicContent: Endpoint<typeof contract.headPublicContent> = { method: "HEAD", path: "/api/v1/public/shares/{token}/content" };

export const headPublicFileContent: Endpoint<typeof contract.headPublicFileContent> = { method: "HEAD", path: "/api/v1/public/shares/{token}/files/{id}/content" };

export const listPublicFiles: Endpoint<typeof contract.listPublicFiles> = { method: "GET", path: "/api/v1/public/shares/{token}/files" };

export const putPublicContent: Endpoint<typeof contract.putPublicContent> = { method: "PUT", path: "/api/v1/public/shares/{token}/files" };

export const unlockShare: Endpoint<typeof contract.unlockShare> = { method: "POST", path: "/api/v1/public/shares/{token}/unlock" };

export const addGroupMember: Endpoint<typeof contract.addGroupMember> = { method: "POST", path: "/api/v1/groups/{id}/members" };

export const createGroup: Endpoint<typeof contract.createGroup> = { method: "POST", path: "/api/v1/groups" };

export const deleteGroup: Endpoint<typeof contract.deleteGroup> = { method: "DELETE", path: "/api/v1/groups/{id}", result: null };

export const getGroup: Endpoint<typeof contract.getGroup> = { method: "GET", path: "/api/v1/groups/{id}" };

export const listGroupMembers: Endpoint<typeof contract.listGroupMembers> = { method: "GET", path: "/api/v1/groups/{id}/members" };

export const listGroups: Endpoint<typeof contract.listGroups> = { method: "GET", path: "/api/v1/groups" };

export const removeGroupMember: Endpoint<typeof contract.removeGroupMember> = { method: "DELETE", path: "/api/v1/groups/{id}/members/{userId}", result: null };

export const updateGroup: Endpoint<typeof contract.updateGroup> = { method: "PATCH", path: "/api/v1/groups/{id}" };

export const createSpace: Endpoint<typeof contract.createSpace> = { method: "POST", path: "/api/v1/spaces" };

export const deleteSpace: Endpoint<typeof contract.deleteSpace> = { method: "DELETE", path: "/api/v1/spaces/{id}" };

export const getSpace: Endpoint<typeof contract.getSpace> = { method: "GET", path: "/api/v1/spaces/{id}" };

export const listSpaceMembers: Endpoint<typeof contract.listSpaceMembers> = { method: "GET", path: "/api/v1/spaces/{id}/members" };

export const listSpaces: Endpoint<typeof contract.listSpaces> = { method: "GET", path: "/api/v1/spaces" };

export const restoreSpace: Endpoint<typeof contract.restoreSpace> = { method: "POST", path: "/api/v1/spaces/{id}/restore" };

export const updateSpace: Endpoint<typeof contract.updateSpace> = { method: "PATCH", path: "/api/v1/spaces/{id}" };

export const addComment: Endpoint<typeof contract.addComment> = { method: "POST", path: "/api/v1/files/{id}/comments" };

export const deleteComment: Endpoint<typeof contract.deleteComment> = { method: "DELETE", path: "/api/v1/comments/{id}", result: null };

export const listComments: Endpoint<typeof contract.listComments> = { method: "GET", path: "/api/v1/files/{id}/comments" };

export const listFileActivity: Endpoint<typeof contract.listFileActivity> = { method: "GET", path: "/api/v1/files/{id}/activity" };

export const listMentionable: Endpoint<typeof contract.listMentionable> = { method: "GET", path: "/api/v1/files/{id}/mentionable" };

export const updateComment: Endpoint<typeof contract.updateComment> = { method: "PATCH", path: "/api/v1/comments/{id}" };

export const deleteNotification: Endpoint<typeof contract.deleteNotification> = { method: "DELETE", path: "/api/v1/notifications/{id}", result: null };

export const getNotificationSettings: Endpoint<typeof contract.getNotificationSettings> = { method: "GET", path: "/api/v1/notifications/settings" };

export const listNotifications: Endpoint<typeof contract.listNotifications> = { method: "GET", path: "/api/v1/notifications" };

export const unsubscribe: Endpoint<typeof contract.unsubscribe> = { method: "POST", path: "/api/v1/notifications/unsubscribe", result: null };

export const updateNotificationSettings: Endpoint<typeof contract.updateNotificationSettings> = { method: "PATCH", path: "/api/v1/notifications/settings" };

export const updateNotifications: Endpoint<typeof contract.updateNotifications> = { method: "PATCH", path: "/api/v1/notifications" };

export const cancelRestore: Endpoint<typeof contract.cancelRestore> = { method: "DELETE", path: "/api/v1/restores/{id}", result: null };

export const createBackup: Endpoint<typeof contract.createBackup> = { method: "POST", path: "/api/v1/backups" };

export const deleteBackup: Endpoint<typeof contract.deleteBackup> = { method: "DELETE", path: "/api/v1/backups/{id}", result: null };

export const getBackup: Endpoint<typeof contract.getBackup> = { method: "GET", path: "/api/v1/backups/{id}" };

export const getBackupArchive: Endpoint<typeof contract.getBackupArchive> = { method: "GET", path: "/api/v1/backups/{id}/archive" };

export const getBackupContent: Endpoint<typeof contract.getBackupContent> = { method: "GET", path: "/api/v1/backups/{id}/content" };

export const getRestore: Endpoint<typeof contract.getRestore> = { method: "GET", path: "/api/v1/restores/{id}" };

export const headBackupContent: Endpoint<typeof contract.headBackupContent> = { method: "HEAD", path: "/api/v1/backups/{id}/content" };

export const listBackupFiles: Endpoint<typeof contract.listBackupFiles> = { method: "GET", path: "/api/v1/backups/{id}/files" };

export const listBackups: Endpoint<typeof contract.listBackups> = { method: "GET", path: "/api/v1/backups" };

export const listRestores: Endpoint<typeof contract.listRestores> = { method: "GET", path: "/api/v1/restores" };

export const previewRestore: Endpoint<typeof contract.previewRestore> = { method: "POST", path: "/api/v1/backups/{id}/restore/preview" };

export const restoreBackup: Endpoint<typeof contract.restoreBackup> = { method: "POST", path: "/api/v1/backups/{id}/restore" };

export const verifyBackup: Endpoint<typeof contract.verifyBackup> = { method: "POST", path: "/api/v1/backups/{id}/verify" };

export const backupHealth: Endpoint<typeof contract.backupHealth> = { method: "GET", path: "/api/v1/admin/backups/health" };

export const createBackupSchedule: Endpoint<typeof contract.createBackupSchedule> = { method: "POST", path: "/api/v1/backup-schedules" };

export const createBackupTarget: Endpoint<typeof contract.createBackupTarget> = { method: "POST", path: "/api/v1/backup-targets" };

export const deleteBackupSchedule: Endpoint<typeof contract.deleteBackupSchedule> = { method: "DELETE", path: "/api/v1/backup-schedules/{id}", result: null };

export const deleteBackupTarget: Endpoint<typeof contract.deleteBackupTarget> = { method: "DELETE", path: "/api/v1/backup-targets/{id}", result: null };

export const getBackupSchedule: Endpoint<typeof contract.getBackupSchedule> = { method: "GET", path: "/api/v1/backup-schedules/{id}" };

export const listBackupSchedules: Endpoint<typeof contract.listBackupSchedules> = { method: "GET", path: "/api/v1/backup-schedules" };

export const listBackupTargets: Endpoint<typeof contract.listBackupTargets> = { method: "GET", path: "/api/v1/backup-targets" };

export const previewRetention: Endpoint<typeof contract.previewRetention> = { method: "POST", path: "/api/v1/backup-schedules/{id}/retention/preview" };

export const previewSchedule: Endpoint<typeof contract.previewSchedule> = { method: "POST", path: "/api/v1/backup-schedules/preview" };

export const recoveryKit: Endpoint<typeof contract.recoveryKit> = { method: "GET", path: "/api/v1/admin/backups/recovery-kit" };

export const rehearseNow: Endpoint<typeof contract.rehearseNow> = { method: "POST", path: "/api/v1/admin/backups/rehearse", result: null };

export const startOverBackupTarget: Endpoint<typeof contract.startOverBackupTarget> = { method: "POST", path: "/api/v1/backup-targets/{id}/start-over" };

export const testBackupTarget: Endpoint<typeof contract.testBackupTarget> = { method: "POST", path: "/api/v1/backup-targets/{id}/test" };

export const updateBackupSchedule: Endpoint<typeof contract.updateBackupSchedule> = { method: "PATCH", path: "/api/v1/backup-schedules/{id}" };

export const updateBackupTarget: Endpoint<typeof contract.updateBackupTarget> = { method: "PATCH", path: "/api/v1/backup-targets/{id}" };

export const adminStorageReport: Endpoint<typeof contract.adminStorageReport> = { method: "GET", path: "/api/v1/admin/storage/report" };

export const adminCleanStorage: Endpoint<typeof contract.adminCleanStorage> = { method: "POST", path: "/api/v1/admin/storage/clean", result: null };

export const adminMeasureStorage: Endpoint<typeof contract.adminMeasureStorage> = { method: "POST", path: "/api/v1/admin/stats/measure", result: null };

export const adminStats: Endpoint<typeof contract.adminStats> = { method: "GET", path: "/api/v1/admin/stats" };

export const adminTraffic: Endpoint<typeof contract.adminTraffic> = { method: "GET", path: "/api/v1/admin/stats/traffic" };

export const adminListJobs: Endpoint<typeof contract.adminListJobs> = { method: "GET", path: "/api/v1/admin/jobs" };

export const adminRetryJob: Endpoint<typeof contract.adminRetryJob> = { method: "POST", path: "/api/v1/admin/jobs/{name}/{id}/retry", result: null };

export const getMetrics: Endpoint<typeof contract.getMetrics> = { method: "GET", path: "/metrics" };

export const healthz: Endpoint<typeof contract.healthz> = { method: "GET", path: "/healthz" };

export const publicSettings: Endpoint<typeof contract.publicSettings> = { method: "GET", path: "/api/v1/settings" };

export const readyz: Endpoint<typeof contract.readyz> = { method: "GET", path: "/readyz" };

export const streamEvents: Endpoint<typeof contract.streamEvents> = { method: "GET", path: "/api/v1/events" };

export const adminDatabase: Endpoint<typeof contract.adminDatabase> = { method: "GET", path: "/api/v1/admin/database" };

export const adminGetMaintenance: Endpoint<typeof contract.adminGetMaintenance> = { method: "GET", path: "/api/v1/admin/maintenance" };

export const adminHealth: Endpoint<typeof contract.adminHealth> = { method: "GET", path: "/api/v1/admin/health" };

export const adminListLogs: Endpoint<typeof contract.adminListLogs> = { method: "GET", path: "/api/v1/admin/logs" };

export const adminListNodes: Endpoint<typeof contract.adminListNodes> = { method: "GET", path: "/api/v1/admin/nodes" };

export const adminSetLogLevel: Endpoint<typeof contract.adminSetLogLevel> = { method: "POST", path: "/api/v1/admin/log-level" };

export const adminSetMaintenance: Endpoint<typeof contract.adminSetMaintenance> = { method: "POST", path: "/api/v1/admin/maintenance" };

export const adminUpdates: Endpoint<typeof contract.adminUpdates> = { method: "GET", path: "/api/v1/admin/updates" };
