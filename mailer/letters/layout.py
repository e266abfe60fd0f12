"""How a letter looks in a mail program: like a letter. No columns, no decoration, nothing fetched."""

from functools import cache

import css_inline

_CSS = """
body { margin: 0; padding: 1em; font-size: 16px; line-height: 1.5;
       font-family: system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
body > div { max-width: 36em; }
h1, h2, h3 { font-size: 1.15em; line-height: 1.3; margin: 1.5em 0 0.5em; }
ul, ol { padding-left: 1.5em; }
blockquote { margin: 1em 0; padding-left: 1em; border-left: 3px solid #cccccc; }
code, pre { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.9em; }
pre { white-space: pre-wrap; }
img { max-width: 100%; height: auto; }
hr { border: none; border-top: 1px solid #cccccc; margin: 1.5em 0; }
"""
"""Few rules and no text colours, so that the reader's own dark mode and large print go on working."""

_PAGE = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
</head>
<body>
<div dir="auto">
{fragment}</div>
</body>
</html>
"""


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(extra_css=_CSS, load_remote_stylesheets=False)


def page(fragment: str) -> str:
    """The HTML document around a fragment, each element carrying its style: mail programs drop style sheets.

    Args:
        fragment: HTML whose values are still slots, so that this is done once for most letters of a step.

    Returns:
        A complete document, lines ended by LF.
    """
    return _inliner().inline(_PAGE.format(fragment=fragment)).rstrip("\n") + "\n"
