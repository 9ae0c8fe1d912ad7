import { Suspense } from "react";
import { SearchScreen } from "@/features/search/search-screen";

export default function Page() {
  return (
    <Suspense>
      <SearchScreen />
    </Suspense>
  );
}
