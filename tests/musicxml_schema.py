"""The XML schema of MusicXML 4.0, from the package ``musicxml``, which carries it."""

import importlib.util
from pathlib import Path

from lxml import etree

_STUB = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{0}">{1}</xs:schema>'
_XML = '<xs:attribute name="lang" type="xs:language"/><xs:attribute name="space" type="xs:NCName"/>'
_XLINK = "".join(f'<xs:attribute name="{name}"/>' for name in ("href", "type", "role", "title", "show", "actuate"))


class _Local(etree.Resolver):
    """Resolves the two namespaces that the schema imports, without network access."""

    def resolve(self, url, _public_id, context):
        if url.endswith("xlink.xsd"):
            return self.resolve_string(_STUB.format("http://www.w3.org/1999/xlink", _XLINK), context)
        if url.endswith("xml.xsd"):
            return self.resolve_string(_STUB.format("http://www.w3.org/XML/1998/namespace", _XML), context)
        return None


def _load_schema():
    folder = Path(importlib.util.find_spec("musicxml").submodule_search_locations[0])
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local())
    return etree.XMLSchema(etree.parse(str(folder / "generate_classes" / "musicxml_4_0.xsd"), parser))


SCHEMA = _load_schema()
