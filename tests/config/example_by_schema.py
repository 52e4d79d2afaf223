"""The editors' schema accepts the example and refuses what is wrong.  77: modules missing."""
import copy
import json
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

folder = sys.argv[1]
with open(folder + "/seatsync.schema.json", encoding="utf-8") as f:
    schema = json.load(f)
with open(folder + "/seatsync.example.yaml", encoding="utf-8") as f:
    example = yaml.safe_load(f)

validator = jsonschema.Draft202012Validator(schema)
validator.check_schema(schema)
errors = [e.message for e in validator.iter_errors(example)]

wrong = [
    ("organization", "parallel", 65),
    ("organization", "paralel", 8),
    ("organization", "invitations", "by hand"),
    ("leavers", "grace", "24"),
    ("limits", "removals_percent", "101%"),
    ("tokens", "issue", "yes"),
    ("metrics", "textfile", 5),
]
for section, key, value in wrong:
    changed = copy.deepcopy(example)
    changed[section][key] = value
    if validator.is_valid(changed):
        errors.append(f"{section}.{key}: {value} is accepted")
changed = copy.deepcopy(example)
del changed["organization"]["id"]
if validator.is_valid(changed):
    errors.append("organization without id is accepted")

print("\n".join(errors) or "ok")
sys.exit(bool(errors))
