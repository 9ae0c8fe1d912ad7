"use client";

import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { NextIntlClientProvider } from "next-intl";
import { type ReactNode, useEffect, useState } from "react";
import { TooltipProvider } from "@/components/button/tooltip";
import { Reconnecting } from "@/components/feedback/reconnecting";
import { Toaster } from "@/components/feedback/toaster";
import { ConfirmProvider } from "@/components/overlay/confirm";
import { ApiError } from "@/lib/api";
import { isAway } from "@/lib/request/read-again";
import { loadWhenIdle } from "@/lib/when-used";
import type messages from "@/messages/en.json";

function createQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // What the client did wrong stays wrong; what the server could not do now may work in a moment. One that is away was waited for.
        retry: (count, error) => count < 2 && !isAway(error) && !(error instanceof ApiError && error.status < 500),
        refetchOnWindowFocus: true,
      },
    },
  });
}

type ProvidersProps = { children: ReactNode; nonce?: string; messages: typeof messages };

export function Providers({ children, nonce, messages }: ProvidersProps) {
  const [client] = useState(createQueryClient);
  useEffect(loadWhenIdle, []);
  return (
    <CSPProvider nonce={nonce}>
      <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
        <QueryClientProvider client={client}>
          <TooltipProvider>
            <ConfirmProvider>{children}</ConfirmProvider>
          </TooltipProvider>
          <Reconnecting />
          <Toaster />
        </QueryClientProvider>
      </NextIntlClientProvider>
    </CSPProvider>
  );
}
