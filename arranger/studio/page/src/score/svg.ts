// An engraved page as elements. Only drawing is taken over: no scripts, no styles, no handlers, no links elsewhere.
const UNWANTED = "script, style, foreignObject, a, animate, set, image, title.labelAttr";

export function toElement(text: string): SVGSVGElement | null {
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (parsed.nodeName !== "svg") return null;
  for (const element of parsed.querySelectorAll(UNWANTED)) element.remove();
  for (const element of parsed.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      const elsewhere = name.endsWith("href") && !value.startsWith("#");
      if (name.startsWith("on") || name === "style" || elsewhere) element.removeAttribute(name);
    }
  }
  const svg = document.importNode(parsed, true) as unknown as SVGSVGElement;
  svg.removeAttribute("id");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  return svg;
}

/** Width over height of a page, from its view box. */
export function aspect(svg: SVGSVGElement): number {
  const [, , width, height] = (svg.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
  return width && height ? width / height : 0.77;
}
