# The command line. Keys `cli-about-COMMAND` and `cli-arg-ARGUMENT` are the help texts.
cli-about-fireline = Real-time wildland-fire dispatch simulator: a fire, the people sent to it, and the score
cli-about-run = Run a scenario to its end and score it
cli-about-check = Check scenarios and name every fault by line and column
cli-about-inspect = List what a scenario holds and draw its map
cli-about-schema = Print the JSON Schema of orders, records, the scorecard or the scenario
cli-about-behavior = Work out fire behaviour for every row of a table: surface fire, or crown fire with --crown
cli-about-verify = Run the verification suite: cases with a known answer
cli-about-ellipse = A fire on a uniform plain against the ellipse of theory
cli-about-changing-wind = A wind that turns against the Minkowski sum of its ellipses
cli-about-refraction = A fire across a fuel edge against Fermat's principle
cli-about-slope = A fire on an even slope against the projected ellipse
cli-about-small-fire = Fires of few cells, started anywhere in a cell, against their ellipse
cli-about-convergence = One fire on cells of 5, 10, 20 and 30 m
cli-about-barriers = Closed barriers leak nowhere, gaps and open ends let fire through
cli-about-merging = Fires that run together against the earliest of them
cli-about-balance = Area of the perimeter against the burnt cells
cli-about-starts = Fire from a point, a line or an area against the Minkowski sum
cli-about-acceleration = A young fire against the closed form of its acceleration
cli-about-oracles = Point equations against published values
cli-about-speed = Time the front: accepted cells a second on one core
cli-about-new = Make a scenario
cli-about-county = Synthesise the county of Hengyang
cli-about-valley = Make the training valley
cli-about-drill = Open the drill window (needs the feature window)
cli-arg-lang = Language of messages, tables, logs and maps: en or zh-CN; by default the locale's
cli-arg-quiet = No progress, warnings or story
cli-arg-help = Print help
cli-arg-version = Print the version
cli-arg-scenario = Scenario file (RON)
cli-arg-scenarios = Scenario files (RON)
cli-arg-seed = Seed of all random draws
cli-arg-policy = Who decides whom to send: run-card (the doctrine's plan), nearest, do-nothing
cli-arg-out = Folder for the output
cli-arg-force = Replace an earlier run in the folder
cli-arg-json = JSON on standard output, everything else on standard error
cli-arg-no-counterfactual = Skip the same fire with nobody fighting it
cli-arg-deny-warnings = Let warnings fail the check
cli-arg-what = Which schema; all of them when left out
cli-arg-csv = Table with one case a row
cli-arg-crown = Crown fire model. cruz works in the stages of pyretechnics: columns wind_20ft_m_min, waf, wind_midflame_m_min, surf_ros_limited_m_min and surf_fli_limited_kW_m count as upstream inputs and are taken from the table when it has them; a table without fuel_model is answered by its cbd_kg_m3 (crown rate) or cbh_m (threshold)
cli-arg-length-to-width = Length-to-width ratio, 1 to 8
cli-arg-heading = Direction of the head, degrees clockwise from north
cli-arg-landscape = Folder of a landscape: elevation, fuel and canopy GeoTIFFs
cli-arg-cells = Head run, cells, 20 to 2000
cli-arg-cells-per-change = Head run between two changes of wind, cells, 8 to 500
cli-arg-changes = Number of changes of wind, 1 to 50
cli-arg-turn = How far the wind turns, degrees; for changing-wind any direction when left out, for refraction half-way
cli-arg-edge = Direction in which the fuel edge is crossed at right angles, degrees clockwise from north
cli-arg-before = Distance of the start from the fuel edge, cells
cli-arg-rate-ratio = Head rate behind the fuel edge over the rate before it, 0.1 to 10
cli-arg-length-to-width-behind = Length-to-width ratio behind the fuel edge; the same as before it when left out
cli-arg-slope = Steepness, degrees, 0 to 45
cli-arg-uphill = The way up, degrees clockwise from north
cli-arg-area-cells = Size of a fire, cells
cli-arg-fires = Number of fires
cli-arg-coarsest-cells = Size of the fire on the coarsest grid, cells, 500 to 5000
cli-arg-wind = Wind at flame height, m/s
cli-arg-one-fuel = One fuel on the hills instead of four
cli-arg-patch-m = Side of a patch of fuel, metres; rounded to a multiple of 60, which all grids' cells divide
cli-arg-cases = Number of random trials
cli-arg-hours = Hours burnt; the wind turns with each
cli-arg-kind = What the fire starts from
cli-arg-rate-constant = Rate constant of acceleration, per minute
cli-arg-minutes = Age of the fire, minutes
cli-heading-commands = Commands
cli-heading-arguments = Arguments
cli-heading-options = Options
cli-usage = Usage:

cli-error = error: { $reason }
cli-warning = warning
cli-out-not-empty = { $folder } is not empty; give another folder, or --force to replace the run in it.
cli-out-not-a-run = { $folder } holds “{ $other }”, which is no part of a run folder; it is not replaced.
cli-out-is-a-file = { $folder } is not a folder.
cli-write = { $path } cannot be written: { $reason }
cli-read = { $path } cannot be read: { $reason }
cli-run-folder = Run folder: { $path }
cli-map-written = Map: { $path }
cli-files-written = Files: { $path }
cli-made = Made: { $path }
cli-not-made = The scenario could not be made: { $reason }
cli-running = simulating
cli-counterfactual-failed = the run without suppression did not finish
cli-checked = { $scenarios ->
    [one] { $scenarios } scenario
   *[other] { $scenarios } scenarios
    } checked: { $errors ->
    [one] { $errors } error
   *[other] { $errors } errors
    }, { $warnings ->
    [one] { $warnings } warning
   *[other] { $warnings } warnings
    }.
cli-at = { $message } ({ $file }, line { $line }, column { $column })
cli-drill-window = This program was built without the drill window. Build it and open the drill with: cargo run --release --features window -- drill { $scenario }
cli-drill-no-display = no display found: DISPLAY and WAYLAND_DISPLAY are not set. Open the drill on a machine with a screen, or run the scenario without a window: fireline run { $scenario }
cli-range = { $name } is { $found }; expected { $min } to { $max }.

verify-case = Case
verify-source = Source
verify-expected = Expected
verify-got = Got
verify-error = Error
verify-limit = Limit
verify-verdict = Verdict
verify-passed = passed
verify-failed = FAILED
verify-summary = { $passed } of { $all } cases passed.

inspect-item = Inventory
inspect-value = Value
inspect-scenario = Scenario
inspect-data = Terrain and placements
inspect-synthetic = synthetic
inspect-given = as given by the scenario
inspect-landscape = Landscape
inspect-cells = { $cells } cells of { $metres } m
inspect-simulation-cell = Simulation cell
inspect-planted = Planted firebreaks
inspect-isolation = Isolation belts
inspect-fire-roads = Fire roads
inspect-roads = Roads: { $class }
inspect-ponds = Fire ponds
inspect-pond-stock = { $count } with { $volume } m³
inspect-cameras-farms = Cameras, farms and reserves
inspect-cameras-key = Cameras, key forest areas
inspect-forest-farms = State forest farms
inspect-stations = Stations
inspect-units = Units
inspect-unit-people = { $count } with { $people } people
inspect-patrols = Patrol routes
inspect-routes = { $count }, { $km } km
inspect-power-lines = Power lines
inspect-values = Values at risk
inspect-areas = Named areas
inspect-km = { $value } km
inspect-metres = { $value } m
