"""The MuseScore plugin, as far as it can be tried without MuseScore's window: MuseScore 3 headless, and its script."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.studio_server import ROOT, start

PLUGIN = ROOT / "integrations" / "musescore"
MUSESCORE = shutil.which("musescore3") or shutil.which("mscore3") or ""
NODE = shutil.which("node") or ""
# what QML offers to a script and Node does not: XMLHttpRequest
CLIENT = """
const fs = require("fs"), vm = require("vm");
class XMLHttpRequest {
  open(method, address) { this.method = method; this.address = address; this.headers = {}; this.readyState = 1; }
  setRequestHeader(name, value) { this.headers[name] = value; }
  send(body) {
    const done = (status, text) => {
      this.status = status; this.responseText = text; this.readyState = 4; this.onreadystatechange();
    };
    fetch(this.address, { method: this.method, headers: this.headers, body })
      .then(async (answer) => done(answer.status, await answer.text()), () => done(0, ""));
  }
}
const [script, address, sheet, output] = process.argv.slice(1);
const studio = vm.createContext({ XMLHttpRequest, JSON, Math });
vm.runInContext(fs.readFileSync(script, "utf8").replace(".pragma library", ""), studio);
const text = fs.readFileSync(sheet, "utf8");
const wait = (job) => studio.ask(address, job, (error, found) => {
  if (["queued", "running"].includes(found.state)) return setTimeout(() => wait(job), 100);
  studio.result(address, job, (problem, result) => {
    fs.writeFileSync(output, result.arrangements[0].musicxml);
    studio.check(address, result.arrangements[0].musicxml, (e, checked) =>
      console.log(studio.lines(checked).join("\\n")));
  });
});
studio.arrange("http://127.0.0.1:1", text, {}, (error) => console.log(error));
studio.arrange(address, text, { ensemble: "sat" }, (error, found) => setTimeout(() =>
  studio.ask(address, found.job, (e, state) => console.log(state.error)), 3000));
studio.arrange(address, text, { ensemble: "ssa", effort: "low" }, (error, found) => wait(found.job));
"""


@pytest.mark.skipif(not NODE, reason="needs node, which runs the plugin's script")
def test_the_plugins_script_arranges_and_checks(tmp_path: Path, examples: Path) -> None:
    from arranger import read_score

    server = start(tmp_path / "studio")
    try:
        arguments = [str(PLUGIN / "arranger.js"), server.address, str(examples / "amazing-grace.musicxml")]
        command = [NODE, "-e", CLIENT, *arguments, str(tmp_path / "out.musicxml")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    finally:
        server.stop()
    assert "no studio answers at http://127.0.0.1:1" in done.stdout
    assert "did you mean sa" in done.stdout
    assert [part.name for part in read_score(tmp_path / "out.musicxml").parts] == ["Soprano 1", "Soprano 2", "Alto"]
    assert any(line.startswith(("bar ", "nothing was found")) for line in done.stdout.splitlines())


@pytest.mark.skipif(not MUSESCORE, reason="needs musescore3")
def test_musescore_3_loads_the_plugin_reads_the_score_and_opens_what_comes_back(tmp_path: Path, examples: Path) -> None:
    plugin = tmp_path / "musescore"
    shutil.copytree(PLUGIN, plugin)
    program = (plugin / "arranger.qml").read_text(encoding="utf-8")
    told = "var text = musicxml(); open({ arrangements: [{ musicxml: text, notices: [] }] });"
    told += ' console.log("read " + text.indexOf("score-partwise") + ", " + said);'
    (plugin / "arranger.qml").write_text(program.replace("onRun: {", "onRun: {" + told, 1), encoding="utf-8")
    command = [MUSESCORE, "-p", str(plugin / "arranger.qml"), str(examples / "amazing-grace.musicxml")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    for _ in range(4):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode >= 0:
            break
    else:  # without a display it sometimes dies of a signal, whatever it was told to do
        pytest.skip(f"MuseScore itself was killed four times (signal {-done.returncode})")
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "is not ready" not in said, said
    assert "TypeError" not in said, said
    (line,) = (line for line in said.splitlines() if "read " in line and "qml:" in line)
    assert "read -1" not in line
    assert line.endswith("Opened")
