# What `fireline check` finds in a scenario. `found`, `expected` and `suggestion` stand as written in
# the file; numbers carry the unit of their field.

# Reading the file
check-scenario-missing = there is no such scenario file
check-scenario-unreadable = the scenario cannot be read: { $reason }
check-not-utf8 = the text is not UTF-8 from here on
check-catalogue = the shipped catalogue is damaged: { $reason }
check-incomplete = the world could not be built

# Structure
check-unknown-field = there is no field `{ $found }` here
check-unknown-variant = `{ $found }` is none of the choices here
check-missing-field = the field `{ $expected }` is missing
check-duplicate-field = the field `{ $found }` is given twice
check-wrong-type = expected { $expected }, found { $found }
check-integer-bounds = this whole number is too large or too small for the field
check-unexpected-end = the text ends too early; a bracket is not closed
check-trailing-text = there is text after the end of the scenario
check-unclosed-comment = this comment is not closed
check-unclosed-string = this text is not closed with a quotation mark
check-syntax = this cannot be read: { $reason }
check-expected = expected { $expected ->
    [boolean] true or false
    [number] a number
    [integer] a whole number
    [string] text in quotation marks
    [option] Some(...) or None
    [name] a field name
   *[other] `{ $expected }`
}, found `{ $found }`

# Overrides of the catalogue
check-override-unknown = the catalogue has no `{ $found }` at `{ $path }`
check-override-negative = an override must be a number of 0 or more; `{ $path }` is { $found }
check-override-not-a-number = `{ $path }` is not a number in the catalogue
check-override-unfit = { $found } does not fit `{ $path }`
check-catalogue-cover = the land cover `{ $found }` of the catalogue shares its code with another, or names an unknown fuel model or line fuel

# Settings
check-name = the name `{ $found }` may hold only letters A to Z, digits, `-` and `_`
check-out-of-range = `{ $field }` is { $found }; it must be { $expected }
check-start = `{ $found }` is not a date and time such as 2025-04-04T14:20
check-time-zone = the time zone `{ $found }` is not known; use an IANA name such as Asia/Shanghai
check-epsg-unknown = EPSG:{ $found } is not a known coordinate system
check-epsg-not-projected = EPSG:{ $found } is not a projected system in metres; Hengyang uses 32649
check-weather-empty = there is no weather; at least one record at minute 0 is needed
check-weather-first = the first weather record must be at minute 0, not { $found }
check-weather-order = this record is at minute { $found }, not after the one before it at minute { $before }
check-inject-after-horizon = this happens at minute { $found }, after the end of the run at minute { $horizon }

# Files and rasters
check-file-missing = the file `{ $found }` is not there
check-file-unreadable = `{ $file }` cannot be read: { $reason }
check-file-content = `{ $file }`: found { $found }; expected { $expected }
check-feature = feature { $feature }, `{ $field }`: found { $found }; expected { $expected }
check-raster-size = this raster has { $found } cells; the elevation has { $expected }
check-raster-cell = the cells of this raster are { $found } m; those of the elevation are { $expected } m
check-raster-origin = the north-west corner of this raster is { $found }; that of the elevation is { $expected }
check-raster-epsg = this raster is in EPSG:{ $found }; the site is in EPSG:{ $expected }
check-raster-no-epsg = this raster does not say its coordinate system; EPSG:{ $expected } is taken for granted
check-cover-code = the code { $found } has no meaning; it stands in { $cells } cells, first in column { $column }, row { $row }
check-elevation-void = { $cells } burnable cells have no elevation, first in column { $column }, row { $row }
check-cell-divides = a simulation cell of { $found } m does not divide the landscape's cell of { $landscape } m
check-grid-too-large = the simulation grid would have { $found } cells; the limit is { $expected }

# Features
check-id-empty = the id is empty
check-id-duplicate = the id `{ $found }` is already taken
check-too-few-points = found { $found } points; at least { $expected } are needed
check-path-no-length = this line has no length
check-ring-no-area = this outline encloses no area
check-off-map = ({ $x }, { $y }) lies off the map, which reaches from { $west } to { $east } east and from { $south } to { $north } north
check-unknown-road-class = there is no road class `{ $found }`
check-unknown-unit-type = there is no unit type `{ $found }`
check-unknown-station = there is no station `{ $found }`
check-unknown-road = there is no road `{ $found }`
check-unknown-unit = there is no unit `{ $found }`
check-unknown-success = there is no success definition `{ $found }`
check-ignition-unburnable = nothing burns at ({ $x }, { $y }): the ground there is { $en }
check-declared = declared { $field } is { $found }; the geometry holds { $measured } (more than 1 % apart)
check-station-no-road = station `{ $id }` is { $distance } m from the nearest road; { $expected } m is the most
check-pond-no-road = pond `{ $id }` is { $distance } m from the nearest road; { $expected } m is the most
check-no-roads = `{ $id }` cannot be reached: the scenario has no roads
check-road-island = road `{ $id }` and what hangs on it ({ $roads } { $roads ->
    [one] road
   *[other] roads
}, { $km } km) is not joined to the rest of the network

# Advice
check-help-did-you-mean = did you mean `{ $suggestion }`? Known: { $expected }
check-help-expected-one-of = expected one of: { $expected }
check-help-first-here = it was first used in { $file }, line { $line }, column { $column }
check-help-roads-meet = roads meet where their lines share a point
