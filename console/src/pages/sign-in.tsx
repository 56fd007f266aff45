import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Session } from "../../../plugin/server/api.ts";

/** For a browser the server does not know: how to get in. */
export function SignIn({ session, onRetry }: { session: Session; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <section className="sign-in card" aria-labelledby="sign-in-title">
      <h1 id="sign-in-title">{t("signIn.title")}</h1>
      <p>
        {session.company === ""
          ? t("signIn.lead")
          : t("signIn.leadCompany", { company: session.company })}
      </p>
      <ol className="sign-in-steps">
        <li>{t("signIn.terminal")}</li>
        <li>
          {t("signIn.lost")} <code className="command">kpi-loop link</code>
        </li>
        <li>{t("signIn.open")}</li>
      </ol>
      <p className="secondary">{t("signIn.why")}</p>
      <Button type="primary" onClick={onRetry}>
        {t("signIn.retry")}
      </Button>
      <p className="secondary small">{t("signIn.version", { version: session.version })}</p>
    </section>
  );
}
