"""Workbooks as bytes, written by hand as spreadsheets write them: zip files of XML.

Real programs' own files stand in `tables/`; what is here can be made odder than they make it.
"""

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

TABLES = Path(__file__).parent / "tables"
"""Small files that openpyxl, XlsxWriter, xlwt and odfpy have made."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def zipped(**files):
    """A zip file of these texts, by name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, words in files.items():
            # ODF wants its first file unpacked, so that the kind of the whole shows.
            packed = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), words, packed)
    return content.getvalue()


def xlsx(*sheets, hidden=(), shared=(), styles="", folder="worksheets"):
    """A workbook of Excel's kind.

    Args:
        sheets: The name of each and the XML of its rows.
        hidden: The names of those that are not shown.
        shared: The texts that cells of the type `s` point to.
        styles: The XML of the cells' formats, for dates and percentages.
        folder: Where the sheets are kept; Excel's name for it is `worksheets`.
    """
    listed, relations, files = "", "", {}
    for number, (name, rows) in enumerate(sheets, start=1):
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name="{escape(name)}" sheetId="{number}"{state} r:id="r{number}"/>'
        target = f"{folder}/sheet{number}.xml"
        relations += f'<Relationship Id="r{number}" Type="{_OFFICE}/worksheet" Target="{target}"/>'
        files[f"xl/{target}"] = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
    relations += f'<Relationship Id="rs" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    relations += f'<Relationship Id="rf" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    book = f'<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    return zipped(
        **{
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}">{book}</Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
            f"<sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>',
            "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{texts}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">{styles}</styleSheet>',
            **files,
        }
    )


def row(number, *cells):
    """A row of texts, from column A on; None leaves a cell out. Text that is XML already stands as it is."""
    written = ""
    for place, cell in enumerate(cells):
        if cell is not None:
            where = f"{chr(ord('A') + place)}{number}"
            written += (
                cell.replace("<c", f'<c r="{where}"', 1) if cell.startswith("<c") else text(where, cell)
            )
    return f'<row r="{number}">{written}</row>'


def text(where, words):
    return f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">{escape(words)}</t></is></c>'


def grid(rows):
    """The XML of rows of texts."""
    return "".join(row(number, *cells) for number, cells in enumerate(rows, start=1))


def ods(*sheets, manifest=""):
    """A workbook of LibreOffice's kind: the name of each sheet and the XML of its rows."""
    spaces = " ".join(f'xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "table", "text", "style"))
    spaces += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{rows}</table:table>' for name, rows in sheets
    )
    return zipped(
        **{
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{_ODF}:manifest:1.0">{manifest}</m:manifest>',
            "content.xml": f'<office:document-content {spaces} office:version="1.3"><office:body>'
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>",
        }
    )


def ods_row(*cells, repeated=1):
    """A row of texts, or of cells in XML."""
    written = "".join(cell if cell.startswith("<") else ods_cell(cell) for cell in cells)
    return f'<table:table-row table:number-rows-repeated="{repeated}">{written}</table:table-row>'


def ods_cell(words, attributes='office:value-type="string" calcext:value-type="string"'):
    """A cell with the text that LibreOffice shows, and what it says of the value."""
    return f"<table:table-cell {attributes}><text:p>{escape(words)}</text:p></table:table-cell>"
