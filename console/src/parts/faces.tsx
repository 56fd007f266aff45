import { Alert, Button, Empty, Skeleton } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Refusal } from "../api.ts";

/** The three faces a screen has besides its content. */

export function Loading({ rows }: { rows: number }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("face.loading")} className="face-loading">
      <Skeleton active title={{ width: "30%" }} paragraph={{ rows }} />
    </div>
  );
}

export function Nothing(props: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <Empty
      className="face-nothing"
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <div className="face-title">{props.title}</div>
          {props.hint !== undefined && <div className="secondary">{props.hint}</div>}
        </>
      }
    >
      {props.children}
    </Empty>
  );
}

export function Broken({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  const { message, hint } = useRefusalWords()(error);
  return (
    <Alert
      className="face-broken"
      type="error"
      showIcon
      title={message}
      description={hint}
      action={
        <Button size="small" onClick={onRetry}>
          {t("face.retry")}
        </Button>
      }
    />
  );
}

/** What happened and what to do about it, also for failures the server could not put into words. */
export function useRefusalWords(): (error: unknown) => { message: string; hint: string } {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof Refusal)) {
      return {
        message: t("error.unexpected"),
        hint: error instanceof Error ? error.message : String(error),
      };
    }
    const { problem } = error;
    if (problem.code === "console/unreachable") {
      return { message: t("error.unreachable"), hint: t("error.unreachableHint") };
    }
    if (problem.code === "console/unreadable") {
      return {
        message: t("error.unreadable", { status: error.status }),
        hint: t("error.unreadableHint"),
      };
    }
    return { message: problem.message, hint: problem.hint };
  };
}
