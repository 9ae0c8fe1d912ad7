import {
  Activity,
  Archive,
  Database,
  FolderTree,
  Gauge,
  HardDrive,
  HeartPulse,
  type LucideIcon,
  Network,
  RefreshCw,
  ScrollText,
  Settings,
  TextSearch,
  TriangleAlert,
  Users,
  UsersRound,
} from "lucide-react";

/** Groups of the pages of administrators, in the order in which they are shown; their names are `nav.adminGroups`. */
export const adminGroups = ["monitoring", "people", "data", "server"] as const;

interface AdminPage {
  readonly href: string;
  /** Its name: `nav.<key>` of the messages. */
  readonly key: string;
  readonly group: (typeof adminGroups)[number];
  readonly icon: LucideIcon;
}

/** Every page of administrators, in the order of its group. A new page is one more line here; nothing else lists them. */
export const adminPages: readonly AdminPage[] = [
  { href: "/admin", key: "overview", group: "monitoring", icon: Gauge },
  { href: "/admin/alerts", key: "adminAlerts", group: "monitoring", icon: TriangleAlert },
  { href: "/admin/health", key: "health", group: "monitoring", icon: HeartPulse },
  { href: "/admin/users", key: "users", group: "people", icon: Users },
  { href: "/admin/groups", key: "groups", group: "people", icon: UsersRound },
  { href: "/admin/teams", key: "adminTeams", group: "people", icon: FolderTree },
  { href: "/admin/access-log", key: "accessLog", group: "people", icon: ScrollText },
  { href: "/admin/storage", key: "adminStorage", group: "data", icon: HardDrive },
  { href: "/admin/backups", key: "instanceBackups", group: "data", icon: Archive },
  { href: "/admin/database", key: "database", group: "data", icon: Database },
  { href: "/admin/nodes", key: "nodes", group: "server", icon: Network },
  { href: "/admin/jobs", key: "jobs", group: "server", icon: Activity },
  { href: "/admin/logs", key: "logs", group: "server", icon: TextSearch },
  { href: "/admin/updates", key: "updates", group: "server", icon: RefreshCw },
  { href: "/admin/settings", key: "settings", group: "server", icon: Settings },
];

/** The groups that have pages, with them. */
export const adminPagesByGroup = adminGroups
  .map((group) => ({ group, pages: adminPages.filter((page) => page.group === group) }))
  .filter(({ pages }) => pages.length > 0);

/** The page that an address belongs to: its own, or the one that it lies below. */
export function adminPageAt(pathname: string): AdminPage | undefined {
  const isAt = ({ href }: AdminPage) => pathname === href || (href !== "/admin" && pathname.startsWith(`${href}/`));
  return adminPages.find(isAt);
}
