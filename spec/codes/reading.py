"""SF1nn: reading a file."""

from __future__ import annotations

from spec.codes.card import Card

_YAML = "YAML 1.2.2, 2021-10-01"

READING: tuple[Card, ...] = (
    Card(
        code="SF101",
        title="File is no YAML",
        why=(
            "The text breaks off from what YAML allows, so nothing after this place can be given a"
            " meaning. Usual causes are a bracket or quote that is never closed, a line indented"
            f" by another number of spaces than its neighbours, and a colon inside of a value."
            f" Source: {_YAML}."
        ),
        fix="Close brackets and quotes, indent evenly, quote values that hold a colon and a space.",
        example=(
            "zones: [us-east-1a, us-east-1b    # wrong\nzones: [us-east-1a, us-east-1b]   # right"
        ),
    ),
    Card(
        code="SF102",
        title="File is not plain UTF-8",
        why=(
            "Other encodings mean other characters on other machines, and a byte order mark is"
            " taken for a part of the first key by many tools."
        ),
        fix='Save the file as UTF-8 without BOM (in most editors: "Save with encoding").',
    ),
    Card(
        code="SF103",
        title="Control character",
        why=(
            "A character that is not seen can hide or reorder the text around it, in an editor, in"
            f" a review and on a terminal. YAML allows few of them ({_YAML}, 5.1), AWS names none."
        ),
        fix="Delete the character, or the escape that makes it.",
        example='name: "shop\\x1b[0m"   # wrong\nname: shop            # right',
    ),
    Card(
        code="SF104",
        title="Line is indented with a tab",
        why=f"A tab is as wide as each editor likes, so YAML forbids it ({_YAML}, 6.1).",
        fix="Indent with spaces; most editors convert a whole file at once.",
    ),
    Card(
        code="SF105",
        title="Key is there twice",
        why=(
            f"Keys of a mapping are unique ({_YAML}, 3.2.1.3). Readers that let it pass keep one of"
            " the values in silence, mostly the last."
        ),
        fix="Remove one of the two, or give it another name.",
        example="port: 80\nport: 8080   # wrong",
    ),
    Card(
        code="SF106",
        title="Merge key",
        why=(
            "`<<` was an extension of YAML 1.1; YAML 1.2 has no merge. What a component has would"
            " stand in two places, and a finding about it could name only one."
        ),
        fix="Write the keys out. Aliases for single values are fine.",
        example=(
            "web: {<<: *common, port: 80}               # wrong\n"
            "web: {instance_type: t3.small, port: 80}   # right"
        ),
    ),
    Card(
        code="SF107",
        title="Value has a tag",
        why=(
            "Tags make objects of values: CloudFormation's short functions (`!Ref`, `!Sub`), or"
            " objects of a programming language. A spec is compiled before CloudFormation sees it."
        ),
        fix="Write the plain value; refer to a component by its name.",
        example="uses: [!Ref Catalog]   # wrong\nuses: [catalog]        # right",
    ),
    Card(
        code="SF108",
        title="Directive",
        why="stackferry reads YAML 1.2 whatever a file asks for; a directive could only mislead.",
        fix="Remove the line that begins with %.",
        example="%YAML 1.1   # wrong",
    ),
    Card(
        code="SF109",
        title="Several documents",
        why="A file holds one migration: findings, templates and the manifest name one file.",
        fix="Put each document into a file of its own; `validate` takes several files.",
    ),
    Card(
        code="SF110",
        title="Nested too deeply",
        why="A spec is seven levels deep. A hundred are a mistake, or made to crash readers.",
        fix="Look for brackets that are never closed.",
    ),
    Card(
        code="SF111",
        title="File is too large",
        why=(
            "A spec of a thousand components has half a megabyte. A file ten times larger, one of"
            " hundreds of thousands of values, or one with a hundred mistakes in its YAML alone is"
            " no spec, and reading it to its end would take long and tell little."
        ),
        fix="Give the right file, or split the migration.",
    ),
    Card(
        code="SF112",
        title="Number is too large",
        why="No number in a spec has so many digits; readers round such numbers, or hang on them.",
        fix="Put ids and names in quotes.",
        example='name: 1234567890123456789     # wrong\nname: "1234567890123456789"   # right',
    ),
    Card(
        code="SF113",
        title="Key is no text",
        why="YAML reads some keys as numbers, as true, or as nothing, and then they are no names.",
        fix="Put the key in quotes.",
        example='tags: {4711: a}     # wrong\ntags: {"4711": a}   # right',
    ),
    Card(
        code="SF114",
        title="File is empty",
        why="There is nothing to migrate in it.",
        fix="Run `stackferry init` for a file that explains itself.",
    ),
    Card(
        code="SF115",
        title="File is no mapping",
        why="A spec is a mapping with keys such as `version`, `name`, `source` and `target`.",
        fix="Begin with `version: 1`.",
    ),
    Card(
        code="SF116",
        title="Alias cannot be used",
        why=(
            "An alias stands for what its anchor names. It needs an anchor above it, and aliases of"
            " aliases multiply: ten lines can stand for a billion values."
        ),
        fix="Write the value out; put a text that begins with * in quotes.",
        example='paths: [*]     # wrong\npaths: ["*"]   # right',
    ),
    Card(
        code="SF120",
        title="Unknown key",
        why=(
            "A key that means nothing is nearly always a misspelt one, and then the default is used"
            " where something else was wanted."
        ),
        fix="Use the key that the finding proposes, or look it up in spec/SPEC.md.",
        example="instance_clas: db.t3.medium    # wrong\ninstance_class: db.t3.medium   # right",
    ),
    Card(
        code="SF121",
        title="Key is missing",
        why="The key has no default that would be right for everybody.",
        fix="Add it; the finding shows an example.",
    ),
    Card(
        code="SF122",
        title="Text is not in quotes",
        why=(
            "YAML reads an unquoted 16.10 as the number 16.1, 012345678901 as a number without its"
            f" zero, and true as no word ({_YAML}, 10.3.2). Once read, what was written is lost."
        ),
        fix="Put versions, account ids and whatever looks like a number in quotes.",
        example='version: 16.10     # wrong: 16.1\nversion: "16.10"   # right',
    ),
    Card(
        code="SF123",
        title="Value is of another type",
        why=(
            "Nothing is converted in silence: a text that looks like a number stays a text, and"
            " yes, no, on and off are texts since YAML 1.2."
        ),
        fix="Write the type that the finding names.",
        example='storage_gib: "100"   # wrong\nstorage_gib: 100     # right',
    ),
    Card(
        code="SF124",
        title="Value is not one of the choices",
        why="The key takes a few values only; the finding lists them.",
        fix="Write one of them.",
        example="nat: two        # wrong\nnat: per_zone   # right",
    ),
    Card(
        code="SF125",
        title="Name cannot be a part of AWS names",
        why=(
            "Names of components become parts of names in AWS. Buckets allow lower-case letters,"
            ' digits and hyphens (S3 user guide, "Bucket naming rules", 2026-11), DB instances no'
            " two hyphens in a row (RDS API reference, `DBInstanceIdentifier`, 2026-11)."
        ),
        fix="Use lower-case letters, digits and single hyphens; begin with a letter; 32 at most.",
        example="databases: {Order_DB: {}}   # wrong\ndatabases: {order-db: {}}   # right",
    ),
    Card(
        code="SF126",
        title="Version of the language is not known",
        why="A later version may mean something else by the same keys.",
        fix="Install a newer stackferry, or write the spec in version 1.",
        example="version: 1",
    ),
    Card(
        code="SF127",
        title="Component is not covered",
        why=(
            "stackferry moves networks, databases, buckets, services, the CDN and names. What it"
            " does not move, it does not pretend to move."
        ),
        fix="Keep it in a CloudFormation template of your own, for each region.",
    ),
)
"""In order of their codes."""
