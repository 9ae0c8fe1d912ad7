import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { cn } from "@/lib/cn";

type Pages = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/** The next page of a list, where there is one. */
export function LoadMore({ query, className }: { query: Pages; className?: string }) {
  const t = useTranslations("common");
  if (!query.hasNextPage) return null;
  return (
    <div className={cn("p-4 text-center", className)}>
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t("more")}
      </Button>
    </div>
  );
}
