# Faults in a table given to `fireline behavior --csv`. `line` counts from 1, the header included.
behavior-csv-missing-column = Line 1: the column “{ $column }” is missing{ $similar ->
    [none] .
   *[other] ; did you mean “{ $similar }”?
    }
behavior-csv-repeated-column = Line 1: the column “{ $column }” stands twice.
behavior-csv-field-count = Line { $line }: { $found } fields found, { $expected } expected as in the header.
behavior-csv-not-a-number = Line { $line }, column “{ $column }”: a finite number is expected, found “{ $found }”.
behavior-csv-not-whole = Line { $line }, column “{ $column }”: a whole number is expected, found “{ $found }”.
behavior-csv-out-of-range = Line { $line }, column “{ $column }”: { $found } is out of range; { $min } to { $max } is expected.
behavior-csv-unknown-fuel-model = Line { $line }, column “fuel_model”: there is no standard fuel model “{ $found }”; expected 1–13, 91–93, 98, 99, 101–109, 121–124, 141–149, 161–165, 181–189, 201–204 or a code such as TL8{ $similar ->
    [none] .
   *[other] ; did you mean “{ $similar }”?
    }
behavior-csv-not-text = Line { $line }: the bytes are not UTF-8 text.
behavior-csv-read = The table cannot be read: { $reason }
behavior-csv-write = The table cannot be written: { $reason }
