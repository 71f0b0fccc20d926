// Sends the open score to a studio on this computer (arranger serve), and opens the arrangement that comes back.
// For MuseScore 3 and 4; see README.md for what works in which.
import QtQuick 2.9
import MuseScore 3.0
import FileIO 3.0
import "arranger.js" as Studio

MuseScore {
    id: plugin
    version: "1.0"
    description: "Arrange the open tune, or check the open score, with the arranger studio on this computer"
    menuPath: "Plugins.Arranger"
    pluginType: "dialog"
    width: 420
    height: 460

    property string address: "http://127.0.0.1:8323"
    property string job: ""
    property string said: "Start the studio with: arranger serve"
    property var ensembles: ["satb", "ssa", "ttbb", "string-quartet"]
    property var styles: ["song", "hymn", "chorale", "folk"]
    property int ensemble: 0
    property int style: 0

    Component.onCompleted: {
        if (mscoreMajorVersion >= 4) {
            title = "Arranger";
            categoryCode = "composing-arranging-tools";
        }
    }

    onRun: {
        Studio.choices(address, function (error, found) {
            if (error) {
                said = error;
                return;
            }
            ensembles = found.ensembles.map(function (each) { return each.name; });
            styles = found.styles.map(function (each) { return each.name; });
            ensemble = Math.max(0, ensembles.indexOf("satb"));
            style = Math.max(0, styles.indexOf("song"));
            said = "Ready";
        });
    }

    // The open score as MusicXML, or as the file that was exported by hand; empty if there is neither.
    function musicxml() {
        if (exported.text.trim() !== "") {
            file.source = exported.text.trim();
            return file.exists() ? file.read() : "";
        }
        if (!curScore)
            return "";
        var path = file.tempPath() + "/arranger-in.musicxml";
        try {
            writeScore(curScore, path, "musicxml");
        } catch (error) {
            return "";
        }
        file.source = path;
        if (!file.exists())
            return "";
        var text = file.read();
        file.remove();
        return text;
    }

    function ready() {
        var text = musicxml();
        if (text === "")
            said = "This MuseScore gives a plugin no MusicXML: export the score as uncompressed MusicXML, and name the file below.";
        return text;
    }

    function arrange() {
        var text = ready();
        if (text === "" || job !== "")
            return;
        said = "Sending ...";
        var choices = { ensemble: ensembles[ensemble], style: styles[style] };
        Studio.arrange(address, text, choices, function (error, found) {
            said = error || "Arranging ...";
            job = error ? "" : found.job;
        });
    }

    function check() {
        var text = ready();
        if (text === "")
            return;
        Studio.check(address, text, function (error, found) {
            findings.model = error ? [] : Studio.lines(found);
            said = error || "Checked";
        });
    }

    function open(found) {
        var path = file.tempPath() + "/arranged.musicxml";
        file.source = path;
        file.write(found.arrangements[0].musicxml);
        said = "Written: " + path;
        findings.model = found.arrangements[0].notices.map(function (each) { return each.message; });
        try {
            if (readScore(path))
                said = "Opened";
        } catch (error) {
            said = "Open this file: " + path;
        }
    }

    function leave() {
        if (mscoreMajorVersion >= 4)
            quit();
        else
            Qt.quit();
    }

    FileIO {
        id: file
        onError: plugin.said = msg
    }

    Timer {
        interval: 400
        repeat: true
        running: plugin.job !== ""
        onTriggered: {
            Studio.ask(plugin.address, plugin.job, function (error, found) {
                var state = error ? "failed" : found.state;
                if (state === "queued" || state === "running") {
                    plugin.said = state === "queued" ? "Waiting ..." : Math.round(100 * found.share) + " %";
                    return;
                }
                var finished = plugin.job;
                plugin.job = "";
                if (state !== "done") {
                    plugin.said = error || found.error || state;
                    return;
                }
                Studio.result(plugin.address, finished, function (problem, result) {
                    if (problem)
                        plugin.said = problem;
                    else
                        plugin.open(result);
                });
            });
        }
    }

    Column {
        anchors.fill: parent
        anchors.margins: 12
        spacing: 8

        Choice { label: "Ensemble"; value: plugin.ensembles[plugin.ensemble]; onNext: plugin.ensemble = (plugin.ensemble + step + plugin.ensembles.length) % plugin.ensembles.length }
        Choice { label: "Style"; value: plugin.styles[plugin.style]; onNext: plugin.style = (plugin.style + step + plugin.styles.length) % plugin.styles.length }

        Row {
            spacing: 8
            Push { label: "Arrange"; onPushed: plugin.arrange() }
            Push { label: "Check"; onPushed: plugin.check() }
            Push { label: plugin.job === "" ? "Close" : "Cancel"; onPushed: {
                if (plugin.job === "")
                    plugin.leave();
                else
                    Studio.cancel(plugin.address, plugin.job, function () {});
            } }
        }

        Text { width: parent.width; wrapMode: Text.Wrap; text: plugin.said }

        Text { text: "Exported MusicXML file (only if MuseScore asks for it):" }
        Rectangle {
            width: parent.width
            height: 26
            border.color: "#888888"
            TextInput { id: exported; anchors.fill: parent; anchors.margins: 4; clip: true; selectByMouse: true; activeFocusOnTab: true }
        }

        ListView {
            id: findings
            width: parent.width
            height: 200
            clip: true
            model: []
            delegate: Text { width: findings.width; wrapMode: Text.Wrap; text: modelData }
        }
    }
}
