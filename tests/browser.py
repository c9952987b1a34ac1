"""Pages in a real browser: what it prints for them, and what a script in them says."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from trees import needs_program

SCHEMES = {"light": (), "dark": ("--blink-settings=preferredColorScheme=0",)}
"""To a colour scheme the options that ask for it."""
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def browse(file: Path, *options: str, width: int = 1280, height: int = 2000) -> subprocess.CompletedProcess[str]:
    """What Chromium prints for a file."""
    needs_program("chromium", "chromium")
    always = (
        "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync --hide-scrollbars --enable-logging=stderr"
    )
    asked = [f"--user-data-dir={file.parent / 'profile'}", f"--window-size={width},{height}", *options, file.as_uri()]
    return subprocess.run(
        ["chromium", *always.split(), *asked], check=True, capture_output=True, text=True, timeout=120
    )


def evaluated(file: Path, text: str, script: str, *options: str, width: int = 1280) -> Any:
    """What a script that is put at the end of a page's body returns."""
    loaded = f"addEventListener('load', () => {{ said.textContent = JSON.stringify((() => {{ {script} }})()); }});"
    file.write_text(POLICY.sub("", text).replace("</body>", f"<pre id=said></pre><script>{loaded}</script></body>"))
    dumped = browse(file, "--dump-dom", *options, width=width).stdout
    said = re.search(r'<pre id="said">(.*?)</pre>', dumped, re.DOTALL)
    assert said, "the script did not run"
    return json.loads(html.unescape(said[1]))
