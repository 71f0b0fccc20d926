// What the plugin asks of the studio. It knows neither MuseScore nor its windows, so that it can be tested without.
.pragma library

function send(address, method, path, body, answered) {
    var request = new XMLHttpRequest();
    request.onreadystatechange = function () {
        if (request.readyState !== 4)
            return;
        if (request.status === 0) {
            answered("no studio answers at " + address + "; start it with: arranger serve", null);
            return;
        }
        var found = null;
        try {
            found = JSON.parse(request.responseText);
        } catch (error) {
            answered("the studio's answer cannot be read", null);
            return;
        }
        answered(request.status >= 400 ? found.error : "", found);
    };
    request.open(method, address + "/api/v1" + path);
    request.setRequestHeader("Content-Type", "application/json");
    request.setRequestHeader("X-Arranger", "1");
    request.send(body === null ? undefined : JSON.stringify(body));
}

function arrange(address, musicxml, choices, answered) {
    send(address, "POST", "/arrange", { score: musicxml, name: "score.musicxml", choices: choices }, answered);
}

function ask(address, job, answered) {
    send(address, "GET", "/jobs/" + job, null, answered);
}

function result(address, job, answered) {
    send(address, "GET", "/jobs/" + job + "/result", null, answered);
}

function cancel(address, job, answered) {
    send(address, "DELETE", "/jobs/" + job, null, answered);
}

function check(address, musicxml, answered) {
    send(address, "POST", "/check", { score: musicxml, name: "score.musicxml" }, answered);
}

function choices(address, answered) {
    send(address, "GET", "/choices", null, answered);
}

// Lines such as "bar 3, beat 2.5: parallel fifths C5-D5 over F4-G4", errors first.
function lines(checked) {
    var file = checked.files[0];
    if (file.error)
        return [file.error];
    var order = ["error", "warning", "info"];
    var found = file.findings.slice().sort(function (one, other) {
        return order.indexOf(one.severity) - order.indexOf(other.severity) || one.measure_index - other.measure_index;
    });
    var told = found.map(function (each) {
        return "bar " + each.bar + ", beat " + Math.round(each.beat * 100) / 100 + ": " + each.message + " (" + each.code + ")";
    });
    return told.length ? told : ["nothing was found (" + file.profile + ")"];
}
