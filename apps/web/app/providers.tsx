"use client";

import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { NextIntlClientProvider } from "next-intl";
import { type ReactNode, useState } from "react";
import { Toaster } from "sonner";
import { ConfirmProvider } from "@/components/confirm";
import { Reconnecting } from "@/components/reconnecting";
import { TooltipProvider } from "@/components/tooltip";
import { ApiError } from "@/lib/api";
import { isAway } from "@/lib/read-again";
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
  return (
    <CSPProvider nonce={nonce}>
      <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
        <QueryClientProvider client={client}>
          <TooltipProvider delay={500}>
            <ConfirmProvider>{children}</ConfirmProvider>
          </TooltipProvider>
          <Reconnecting />
          <Toaster
            // Beneath one another, not stacked: each can be read, and its button reached.
            expand
            position="bottom-left"
            duration={5000}
            toastOptions={{
              unstyled: true,
              classNames: {
                toast:
                  "flex w-full items-center gap-3 rounded-xl bg-ink px-4 py-3 text-sm text-canvas shadow-float sm:w-(--width)",
                content: "min-w-0 flex-1",
                description: "text-xs opacity-80",
                actionButton:
                  "-my-1 -mr-1.5 h-8 shrink-0 rounded-md px-2.5 font-semibold hover:bg-canvas/15 focus-visible:outline-canvas",
              },
            }}
          />
        </QueryClientProvider>
      </NextIntlClientProvider>
    </CSPProvider>
  );
}
