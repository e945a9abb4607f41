//! The look of SVG pictures: colours by light and dark, fonts, strokes.
//!
//! It must not hold anything that a browser would fetch or run.

/// The style sheet; every rule is bound to the picture, so that it can stand inside a page.
pub(super) const STYLE: &str = "\
.tollgate-picture {
  --ground: #ffffff;
  --ink: #1b2430;
  --soft: #5d6b7c;
  --line: #8090a6;
  --back: #8a4fbf;
  --stage: #eff5ff;
  --stage-edge: #6f94d8;
  --gate: #fff4d9;
  --gate-edge: #cf9417;
  --end: #f2f4f7;
  --end-edge: #556377;
  --start: #e3f6ec;
  --start-edge: #3f9a6b;
  --frame: #8595ab;
  font-family: system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif;
}
@media (prefers-color-scheme: dark) {
  .tollgate-picture {
    --ground: #12171f;
    --ink: #e8edf4;
    --soft: #9fb0c4;
    --line: #71829a;
    --back: #c79bf0;
    --stage: #1b2a44;
    --stage-edge: #6d93d6;
    --gate: #3a2d0f;
    --gate-edge: #d9a63a;
    --end: #222a36;
    --end-edge: #9aa9bd;
    --start: #12342a;
    --start-edge: #58b98a;
    --frame: #6d7f97;
  }
}
.tollgate-picture .ground { fill: var(--ground) }
.tollgate-picture text { fill: var(--ink); text-anchor: middle }
.tollgate-picture .heading { font-size: 18px; font-weight: 650; text-anchor: start }
.tollgate-picture .name { font-size: 14px; font-weight: 600 }
.tollgate-picture .note { font-size: 11.5px; fill: var(--soft) }
.tollgate-picture .words { font-size: 12px; fill: var(--ink) }
.tollgate-picture .frame rect { fill: var(--frame); fill-opacity: .07; stroke: var(--frame); stroke-opacity: .55 }
.tollgate-picture .head { font-size: 12px; font-weight: 600; text-anchor: start; fill: var(--soft); stroke: var(--ground); stroke-width: 4px; paint-order: stroke; stroke-linejoin: round }
.tollgate-picture .shape { stroke-width: 1.5px; stroke-linejoin: round }
.tollgate-picture .stage .shape { fill: var(--stage); stroke: var(--stage-edge) }
.tollgate-picture .start .shape { fill: var(--start); stroke: var(--start-edge) }
.tollgate-picture .start .dot { fill: var(--start-edge) }
.tollgate-picture .gate .shape { fill: var(--gate); stroke: var(--gate-edge) }
.tollgate-picture .end .shape { fill: var(--end); stroke: var(--end-edge) }
.tollgate-picture .end .inner { fill: none; stroke: var(--end-edge); stroke-width: 1px }
.tollgate-picture .line path { fill: none; stroke: var(--line); stroke-width: 2px }
.tollgate-picture .line polygon { fill: var(--line) }
.tollgate-picture .back path { stroke: var(--back); stroke-dasharray: 6 4 }
.tollgate-picture .back polygon { fill: var(--back) }
.tollgate-picture .aside path { stroke-dasharray: 2 3 }
.tollgate-picture .label rect { fill: var(--ground); stroke: var(--line); stroke-opacity: .45 }
";

/// What is added where something is to stand out.
pub(super) const TRACE: &str = "\
.tollgate-picture { --trace: #d3302f }
@media (prefers-color-scheme: dark) {
  .tollgate-picture { --trace: #ff7b72 }
}
.tollgate-picture .traced path { stroke: var(--trace); stroke-width: 3.5px }
.tollgate-picture .traced polygon { fill: var(--trace) }
.tollgate-picture .traced .shape { stroke: var(--trace); stroke-width: 3.5px }
";
