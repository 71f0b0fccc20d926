// A button, pushed by mouse, space or return.
import QtQuick 2.9

Rectangle {
    id: button
    property string label: ""
    signal pushed()

    width: Math.max(72, words.implicitWidth + 20)
    height: 30
    radius: 3
    color: button.activeFocus ? "#d0e0f8" : "#eeeeee"
    border.color: "#888888"
    activeFocusOnTab: true
    Keys.onSpacePressed: pushed()
    Keys.onReturnPressed: pushed()

    Text { id: words; anchors.centerIn: parent; text: button.label }
    MouseArea { anchors.fill: parent; onClicked: button.pushed() }
}
