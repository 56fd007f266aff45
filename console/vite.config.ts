import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run dev` serves the API while the console is worked on with vite's own server. */
const API = "http://127.0.0.1:4180";

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [react()],
  build: {
    outDir: "../dist/console",
    emptyOutDir: true,
    target: "es2023",
    // antd is one library and one chunk: it changes rarely, so browsers keep it.
    chunkSizeWarningLimit: 1400,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "antd", test: /node_modules[\\/](antd|@rc-component|@ant-design|dayjs)[\\/]/ },
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": API, "/signin": API } },
});
