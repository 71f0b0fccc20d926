"""The XML schema of MusicXML 4.0, as the package `musicxml` has it."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path

from lxml import etree

_STUB = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{0}">{1}</xs:schema>'
_XML = '<xs:attribute name="lang" type="xs:language"/><xs:attribute name="space" type="xs:NCName"/>'
_XLINK = "".join(f'<xs:attribute name="{name}"/>' for name in ("href", "type", "role", "title", "show", "actuate"))


class _Local(etree.Resolver):
    """Resolves the two namespaces that the schema imports, without network access."""

    def resolve(self, url: str, _public_id: str, context: object) -> object:
        if url.endswith("xlink.xsd"):
            return self.resolve_string(_STUB.format("http://www.w3.org/1999/xlink", _XLINK), context)
        if url.endswith("xml.xsd"):
            return self.resolve_string(_STUB.format("http://www.w3.org/XML/1998/namespace", _XML), context)
        return None


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    found = importlib.util.find_spec("musicxml")
    assert found is not None, "the schema is in the package musicxml: pip install '.[test]'"
    folder = Path((found.submodule_search_locations or [""])[0])
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local())
    return etree.XMLSchema(etree.parse(str(folder / "generate_classes" / "musicxml_4_0.xsd"), parser))


def error_in(content: bytes) -> str:
    """Return the first error of a MusicXML document by the schema; empty if it is valid."""
    try:
        root = etree.fromstring(content, etree.XMLParser(load_dtd=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return f"not XML: {error}"
    schema = _schema()
    return "" if schema.validate(root) else str(schema.error_log.last_error)
