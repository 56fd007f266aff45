import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EXPORT_FORMATS } from "../api.ts";
import { useApi } from "../queries.ts";
import { useRefusalWords } from "./faces.tsx";
import { Icon } from "./icon.tsx";

/** All results of a cycle as a file. */
export function ExportMenu({ cycle }: { cycle: string }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const api = useApi();
  const words = useRefusalWords();
  const [busy, setBusy] = useState(false);

  const take = async (format: (typeof EXPORT_FORMATS)[number]) => {
    setBusy(true);
    try {
      saveFile(await api.exportCycle(cycle, format));
    } catch (error) {
      const { message, hint } = words(error);
      notification.error({ title: message, description: hint });
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: EXPORT_FORMATS.map((format) => ({
          key: format,
          label: (
            <span className="export-choice">
              {t(`export.${format}`)}
              <span className="secondary small">{t(`export.${format}.hint`)}</span>
            </span>
          ),
          onClick: () => void take(format),
        })),
      }}
    >
      <Button icon={<Icon name="download" />} loading={busy}>
        {t("export.title")}
      </Button>
    </Dropdown>
  );
}

/** Hand a file to the browser's downloads. */
function saveFile({ name, content }: { name: string; content: Blob }): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
