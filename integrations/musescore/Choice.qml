// One of several values, changed by its two buttons.
import QtQuick 2.9

Row {
    id: choice
    property string label: ""
    property string value: ""
    signal next(int step)

    spacing: 8
    Text { width: 80; height: 30; verticalAlignment: Text.AlignVCenter; text: choice.label }
    Push { label: "<"; width: 30; onPushed: choice.next(-1) }
    Text { width: 170; height: 30; verticalAlignment: Text.AlignVCenter; horizontalAlignment: Text.AlignHCenter; text: choice.value }
    Push { label: ">"; width: 30; onPushed: choice.next(1) }
}
