import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { cn } from "@/lib/cn";

type Pages = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

type LoadMoreProps = {
  query: Pages;
  /** Beneath a list that is part of a page. */
  quiet?: boolean;
  className?: string;
};

/** The next page of a list, where there is one. */
export function LoadMore({ query, quiet, className }: LoadMoreProps) {
  const t = useTranslations("common");
  if (!query.hasNextPage) return null;
  return (
    <div className={cn(quiet ? "mt-3" : "p-4 text-center", className)}>
      <Button
        variant={quiet ? "ghost" : "secondary"}
        busy={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {t("more")}
      </Button>
    </div>
  );
}
