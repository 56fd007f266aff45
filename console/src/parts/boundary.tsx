import { Component, type ReactNode } from "react";
import { Broken } from "./faces.tsx";

/**
 * A screen that fails to draw or to load says so instead of leaving an empty page. Trying again
 * loads the console anew: parts of it may have been replaced by a newer version.
 */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error: error ?? new Error("unknown") };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <div className="page">
        <Broken error={this.state.error} onRetry={() => location.reload()} />
      </div>
    );
  }
}
