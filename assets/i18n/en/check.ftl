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
check-weather-ends = the weather ends at minute { $found } and may stand until minute { $reach }; the run goes on to minute { $horizon }
check-weather-gap = no weather for { $found } minutes after minute { $before }; the records are otherwise { $median } minutes apart
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
check-band-count = the file has { $found } bands; { $expected } are named
check-band-twice = `{ $found }` is named twice
check-band-half-wind = there is `{ $found }` and no `{ $expected }`: a wind needs both
check-band-two-winds = the wind is given twice: by speed and direction, and by its components
check-band-none = no band of this grid is read
check-band-void = `{ $field }` has no value in { $cells } cells over the landscape, first in column { $column }, row { $row }
check-band-range = `{ $field }` is { $found } in column { $column }, row { $row } ({ $cells } such cells over the landscape); it must be { $expected }
check-grid-short = this grid does not cover the landscape: it lacks { $west } m in the west, { $east } m in the east, { $south } m in the south, { $north } m in the north
check-canopy-range = this canopy layer has { $found } in column { $column }, row { $row } ({ $cells } cells out of range); it must be { $expected }
check-canopy-base = the crowns' base lies above the top of the stand in { $cells } cells, first in column { $column }, row { $row }; it counts as the top there
check-canopy-crown-off = canopy layers are given but crown fire is off; they serve only for shade and wind
check-crown-no-canopy = crown fire is on, but these fuels say nothing of crowns and there are no canopy layers
check-cell-divides = a simulation cell of { $found } m does not divide the landscape's cell of { $landscape } m
check-grid-too-large = the simulation grid would have { $found } cells; the limit is { $expected }

# Fuel models
check-fuel-taken = the fuel number { $found } belongs to { $by } already
check-fuel-nodata = the code { $found } is "no data" in this raster and the number of a fuel model in the scenario
check-fuel-no-load = the fuel `{ $found }` has no load of any kind; nothing would burn
check-unknown-line-fuel = there is no line fuel `{ $found }`

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
check-road-islands = { $parts } further parts of the network ({ $roads } roads, { $km } km) are not joined to the rest either

# Advice
check-help-did-you-mean = did you mean `{ $suggestion }`? Known: { $expected }
check-help-expected-one-of = expected one of: { $expected }
check-help-first-here = it was first used in { $file }, line { $line }, column { $column }
check-help-roads-meet = roads meet where their lines share a point
check-help-free-fuel-numbers = free numbers are 14 to 90 and 205 to 255
check-help-fuel-code = add a fuel model with this number to `fuel_models`, or use one of: { $expected }
check-help-canopy-units = `units` may be wrong: `Landfire` is metres times 10 and kg/m3 times 100, `Metric` is metres and kg/m3
check-help-weather-hold = add records, or write `weather_after_end: Hold` to keep the last one
check-help-reproject = reproject the file, for example with gdalwarp -t_srs EPSG:{ $expected }
check-help-bands = name every band of the file in order; `Unused` stands for one that is not read
check-help-grid-short = make the grid larger, or the landscape smaller; nothing is extrapolated
check-help-band-void = fill the empty cells, or name the band `Unused`
check-unknown-patrol = there is no patrol “{ $found }”
check-unknown-area = there is no area “{ $found }”
check-danger-twice = `danger` is announced and `danger_by` gives an index; leave one of them out
check-draw-twice = `count` and `per_day` both say how many fires there are; leave one of them out
check-draw-no-breaks = fires are asked for near firebreaks, and the scenario has none
check-draw-nowhere = no burnable cell lies where fires are asked for (inside the boundary, the area and the distance from breaks)
check-draw-no-hours = no cause starts fires in the hours between `from_min` and `until_min`
check-ensemble-empty = an ensemble needs days: the list is empty
check-ensemble-grids = weather grids are of one day; an ensemble that draws days has none
check-ensemble-danger-by = days are asked for by their danger, and without `danger_by` nothing says what it is
check-ensemble-source = a climatology says where its numbers come from; `source` is empty
check-ensemble-months = the season holds months that the climatology leaves out: { $found }
check-ensemble-no-days = the files hold no day to draw: { $season } days lie in the season, { $complete } of them last the { $horizon } minutes with temperature, humidity and wind, none of these is dangerous enough
check-month-day = `{ $found }` is no day of the year such as 04-05
check-time-of-day = `{ $found }` is no time of day such as 14:20
check-wind-rose = a wind rose has 8 or 16 shares, none below 0 and some above; there are { $found }
