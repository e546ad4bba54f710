"""Where training lines come from: every reader yields (source, locale, labels, query, anchor) as written, unchecked but for the label."""
import collections
import csv
import gzip
import json

from common import DATA, LOCALES, read_labelled

# The languages of Shopify's names for our locales (Arabic and Hindi have none).
SHOPIFY = {"en-US": "en", "cs-CZ": "cs", "da-DK": "da", "de-DE": "de", "es-ES": "es", "es-MX": "es", "fi-FI": "fi", "fr-FR": "fr", "id-ID": "id-ID",
           "it-IT": "it", "ja-JP": "ja", "ko-KR": "ko", "nl-NL": "nl", "pl-PL": "pl", "pt-BR": "pt-BR", "sv-SE": "sv", "th-TH": "th", "tr-TR": "tr",
           "vi-VN": "vi", "zh-CN": "zh-CN"}
# Assistant requests that are shopping, service or store help after all.
SHOPPING_INTENTS = {"order", "order_status", "order_checks", "shopping_list", "shopping_list_update", "book_flight", "book_hotel", "car_rental",
                    "insurance", "insurance_change", "restaurant_reservation", "new_card", "redeem_rewards", "rewards_balance", "lost_luggage",
                    "schedule_maintenance", "uber", "travel_suggestion", "meal_suggestion", "restaurant_suggestion", "oil_change_when", "plug_type",
                    "report_lost_card", "damaged_card", "replacement_card_duration", "smart_home", "lists_createoradd", "lists_query", "lists_remove",
                    "takeaway_order", "takeaway_query", "transport_ticket", "transport_taxi", "recommendation_movies", "recommendation_events",
                    "play_game", "play_audiobook", "iot_coffee", "iot_cleaning", "request_refund", "Refund_not_showing_up", "card_arrival",
                    "card_delivery_estimate", "order_physical_card", "getting_spare_card", "lost_or_stolen_phone"}


def written(locale, taxonomy):
    """The project's own lines of a locale."""
    pattern = "queries/en-US/*.tsv" if locale == "en-US" else f"queries/locales/*{locale}.tsv"
    for path in sorted(DATA.glob(pattern)):
        source = str(path.relative_to(DATA)).removesuffix(".tsv")
        for number, labels, query in read_labelled(path):
            unknown = [label for label in labels if label not in taxonomy.index]
            if unknown:
                raise SystemExit(f"{path}:{number}: no label {unknown[0]!r} in the taxonomy")
            yield source, locale, labels, query, ""


def homonyms(locale):
    """Words whose label differs by locale."""
    for path in sorted(DATA.glob("queries/locales/_homonyms*.tsv")):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                tag, labels, query = line.rstrip("\n").split("\t")
                if tag == locale:
                    yield f"queries/locales/{path.stem}", locale, labels.split("|"), query, ""


def wordnet(cap):
    """Nouns; at most `cap` a label, since its plants and foods would outweigh any log."""
    seen = collections.Counter()
    for name in ("none", "nouns"):
        for _, labels, query in read_labelled(DATA / "wordnet" / f"{name}.tsv"):
            seen[labels[0]] += 1
            if labels[0] == "none" or seen[labels[0]] <= cap:
                yield f"wordnet/{name}", "en-US", labels, query, ""


def shopify_names(language):
    """{id: name}"""
    with gzip.open(DATA / "shopify" / f"categories.{language}.tsv.gz", "rt", encoding="utf-8") as lines:
        return dict(line.rstrip("\n").split("\t")[:2] for line in lines)


def shopify_labels(taxonomy):
    """{Shopify id: our label}, the nearest mapped ancestor deciding."""
    mapped = dict.fromkeys(taxonomy.json["excluded"])
    for group in taxonomy.json["groups"]:
        mapped |= {node: f"group:{group['id']}" for node in group.get("group_only", [])}
        for subcategory in group["subcategories"]:
            mapped |= {node: subcategory["id"] for node in subcategory["shopify"]}
    labels = {}
    for node in shopify_names("en"):
        parts = node.split("-")
        near = next((("-".join(parts[:n])) for n in range(len(parts), 0, -1) if "-".join(parts[:n]) in mapped), None)
        # A parent that names only a group says too little of its children.
        if near and mapped[near] and (near == node or not mapped[near].startswith("group:")):
            labels[node] = mapped[near]
    return labels


def shopify(locale, taxonomy):
    """Category names, each with its English name as anchor; names that stand under several labels ("Parts") are left out."""
    if locale not in SHOPIFY:
        return
    english, names, labels = shopify_names("en"), shopify_names(SHOPIFY[locale]), shopify_labels(taxonomy)
    meanings = collections.defaultdict(set)
    for node, label in labels.items():
        meanings[names[node].casefold()].add(label)
    for node, label in labels.items():
        if len(meanings[names[node].casefold()]) == 1:
            yield f"shopify/{SHOPIFY[locale]}", locale, [label], names[node].lower(), english[node].lower()


def assistants(cap):
    """Requests to voice assistants and banks (training parts of CLINC150, HWU64, BANKING77, SNIPS) as none; at most `cap` an intent."""
    pairs = [("clinc150", *pair) for pair in json.load(gzip.open(DATA / "clinc150" / "data_full.json.gz"))["train"]]
    hwu = json.load(gzip.open(DATA / "hwu64" / "fold1_train.json.gz"))["rasa_nlu_data"]["common_examples"]
    pairs += [("hwu64", example["text"], example["intent"]) for example in hwu]
    with gzip.open(DATA / "banking77" / "train.csv.gz", "rt", encoding="utf-8") as lines:
        pairs += [("banking77", text, intent) for text, intent in list(csv.reader(lines))[1:]]
    for intent in ("AddToPlaylist", "GetWeather", "PlayMusic", "RateBook"):
        examples = json.load(gzip.open(DATA / "snips" / f"train_{intent}_full.json.gz", "rt", encoding="utf-8", errors="replace"))[intent]
        pairs += [("snips", "".join(part["text"] for part in example["data"]), intent) for example in examples]
    seen = collections.Counter()
    for source, text, intent in pairs:
        seen[intent] += 1
        if intent not in SHOPPING_INTENTS and seen[intent] <= cap:
            yield source, "en-US", ["none"], text.strip().rstrip("?.!"), ""


def lines(locales, taxonomy, wordnet_cap, assistants_cap):
    for locale in locales:
        if locale not in LOCALES:
            raise SystemExit(f"no locale {locale!r}; there are {', '.join(LOCALES)}")
        yield from written(locale, taxonomy)
        yield from homonyms(locale)
        yield from shopify(locale, taxonomy)
    if "en-US" in locales:
        yield from wordnet(wordnet_cap)
        yield from assistants(assistants_cap)
