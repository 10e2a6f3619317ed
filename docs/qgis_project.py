"""Writes docs/kraj.qgs, the ready QGIS project: vector tiles and tables of kraj.

Run it with QGIS's own Python while kraj serves the demonstration (python3-qgis on Debian):

    PGSERVICEFILE=~/.pg_service.conf QT_QPA_PLATFORM=offscreen python3 docs/qgis_project.py http://127.0.0.1:8080

The project asks for the PostgreSQL service "kraj" (kraj db url --role planner --service) and for kraj on
127.0.0.1:8080; both can be changed in the layers' properties.
"""

import json
import os
import re
import sys
import urllib.request

from qgis.core import (QgsApplication, QgsCoordinateReferenceSystem, QgsDataSourceUri, QgsFillSymbol, QgsLineSymbol, QgsMarkerSymbol,
                       QgsProject, QgsRectangle, QgsReferencedRectangle, QgsSingleSymbolRenderer, QgsVectorLayer, QgsVectorTileLayer)

SERVED = "http://127.0.0.1:8080"

# table, geometry type in QGIS, title, symbol
TABLES = [
    ("sites_points", "Point", "Lokacije projektov: točke", {"color": "#06827c", "size": "2.4", "outline_color": "#ffffff"}),
    ("sites_lines", "MultiLineString", "Lokacije projektov: črte", {"color": "#06827c", "width": "0.8"}),
    ("sites_polygons", "MultiPolygon", "Lokacije projektov: območja", {"color": "6,130,124,60", "outline_color": "#06827c"}),
    ("business_zones", "Point", "Poslovne cone (le točka)", {"color": "#6b5b8c", "size": "2.6", "name": "square"}),
    ("degraded_areas", "Point", "Degradirana območja (le točka)", {"color": "#c4571b", "size": "2.6", "name": "diamond"}),
    ("cycling_routes", "MultiLineString", "Kolesarske povezave", {"color": "#2e7d4f", "width": "0.7"}),
    ("agglomerations", "Point", "Aglomeracije", {"color": "#1f6fa8", "size": "3"}),
    ("degraded_areas", "MultiPolygon", "Degradirana območja", {"color": "196,87,27,50", "outline_color": "#c4571b"}),
    ("business_zones", "MultiPolygon", "Poslovne cone", {"color": "107,91,140,60", "outline_color": "#6b5b8c"}),
    ("local_communities", "MultiPolygon", "Krajevne skupnosti", {"color": "0,0,0,0", "outline_color": "#8f8b7e"}),
    ("settlements", "MultiPolygon", "Naselja", {"color": "#e7e9d6", "outline_color": "#ffffff"}),
    ("municipalities", "MultiPolygon", "Občine", {"color": "#f6f3ec", "outline_color": "#8f8b7e"}),
]
TILES = ("municipalities,settlements,settlements_labels,local_communities,agglomerations,business_zones,degraded_areas,cycling_routes,"
         "projects,projects_named")


def symbol(kind, properties):
    if "Polygon" in kind:
        return QgsFillSymbol.createSimple(properties)
    if "Line" in kind:
        return QgsLineSymbol.createSimple(properties)
    return QgsMarkerSymbol.createSimple(properties)


def hide(layer, base):
    """Switches off what the style hides at first: QGIS 3.22 does not see that."""
    with urllib.request.urlopen(f"{base}/styles/kraj.json") as answer:
        hidden = {one["id"] for one in json.load(answer)["layers"] if one.get("layout", {}).get("visibility") == "none"}
    for part in (layer.renderer(), layer.labeling()):
        styles = part.styles()
        for style in styles:
            style.setEnabled(style.styleName() not in hidden)
        part.setStyles(styles)


def main():
    base = sys.argv[1] if len(sys.argv) > 1 else SERVED
    QgsApplication.setPrefixPath("/usr", True)
    app = QgsApplication([], False)
    app.initQgis()
    project = QgsProject.instance()
    project.setTitle("kraj")
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:3794"))
    root = project.layerTreeRoot()
    tables = root.addGroup("Tabele (urejanje)")
    tiles = root.addGroup("Vektorske ploščice")
    failed = []

    for table, kind, title, properties in TABLES:
        uri = QgsDataSourceUri()
        uri.setConnection("kraj", "kraj", "", "")
        uri.setDataSource("kraj", table, "geom", "", "id")
        uri.setSrid("3794")
        layer = QgsVectorLayer(f"{uri.uri(False)} type={kind} checkPrimaryKeyUnicity='0'", title, "postgres")
        if not layer.isValid():
            failed.append(f"{table}: {layer.error().message()}")
            continue
        layer.setRenderer(QgsSingleSymbolRenderer(symbol(kind, properties)))
        project.addMapLayer(layer, False)
        tables.addLayer(layer)
        print(f"{table}: {layer.featureCount()} features")

    layer = QgsVectorTileLayer(f"type=xyz&url={base}/tiles/{TILES}/%7Bz%7D/%7Bx%7D/%7By%7D.mvt&zmin=4&zmax=15"
                               f"&styleUrl={base}/styles/kraj.json", "kraj")
    if layer.isValid():
        message = layer.loadDefaultStyle()[0]
        hide(layer, base)
        project.addMapLayer(layer, False)
        tiles.addLayer(layer)
        print("tiles:", layer.sourcePath() if hasattr(layer, "sourcePath") else "ok", "style:", message)
    else:
        failed.append("vector tiles")

    # Kranj fills the window when the project opens.
    crs = QgsCoordinateReferenceSystem("EPSG:3794")
    project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(QgsRectangle(442000, 112000, 460000, 132000), crs))
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kraj.qgs")
    project.write(target)
    text = open(target, encoding="utf-8").read().replace(base, SERVED)
    # Who made the file and when is the repository's to know.
    text = re.sub(r' (saveUserFull|saveUser|saveDateTime)="[^"]*"', "", text)
    text = re.sub(r"<(author|creation)>[^<]*</\1>", r"<\1></\1>", text)
    open(target, "w", encoding="utf-8").write(text)
    app.exitQgis()
    if failed:
        sys.exit("not in the project: " + "; ".join(failed))


main()
