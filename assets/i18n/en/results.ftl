# The story's frame, the scorecard and the subtitles of maps.
story-title = { $title }: { $date } (seed { $seed }, policy { $policy })
story-synthetic = Terrain, land cover and placements are synthetic: for training, not for use on a real fire.
story-quiet = The duty desk had a quiet day: nothing was reported.
story-fire = Fire { $fire } ({ $cause }, { $place }, started { $ignited }): { $ending }; { $reason }. { $area } ha burnt, { $forest } ha of it forest; class: { $class }.
story-line-built = Line built by crews: { $metres } m.
map-subtitle-run = { $date } to { $end } · seed { $seed } · policy { $policy }

score-item = Scorecard
score-value = Result
score-fire = Fire
score-cause = Cause
score-ignited = Ignited
score-detected = Detected
score-detected-by = Detected by
score-verified = Verified
score-dispatched = First dispatch
score-first-attack = First attack
score-contained = Contained
score-out = Out
score-area = Area
score-forest = Forest area
score-class = Class
score-ending = Ending
score-reason = Reason
score-burnt = Burnt, all fires
score-counterfactual = Burnt if nobody had fought it
score-saved = Saved
score-value-lost = Value lost
score-cost = Cost of the response
score-early = Attacked early
score-small = Kept small
score-put-out = Put out
score-yes = yes
score-no = no
score-hectares = { $value } ha
score-yuan = { $value } yuan
stores-item = { $item ->
    [beater] beaters
    [blower] blowers
    [chainsaw] chainsaws
    [drip_torch] drip torches
    [hose_m] hose, m
    [portable_pump] portable pumps
    [radio] radios
    [water_bag] backpack water bags
   *[other] { $item }
}
stores-station = Station
stores-what = Item
stores-stock = In stock
stores-plan = Plan
stores-short = Short
stores-summary = { $short } of { $all } planned items are short
stores-no-plan = The scenario has no stores_plan: nothing to compare the stock with

# The fire file
fire-file-number = Number
fire-file-fire = Fire
fire-file-place = Place
fire-file-township = Nearest township station
fire-file-lon = Longitude
fire-file-lat = Latitude
fire-file-started = Started
fire-file-found = Found
fire-file-found-by = Found by
fire-file-verified = Verified
fire-file-dispatched = First dispatch
fire-file-attacked = First attack
fire-file-contained = Contained
fire-file-out = Out
fire-file-duration-min = Duration, min
fire-file-cause = Cause
fire-file-class = Class
fire-file-total-ha = Burnt area, ha
fire-file-forest-ha = Forest burnt, ha
fire-file-value-lost-cny = Loss, yuan
fire-file-injured = Injured
fire-file-dead = Dead
fire-file-commander = First commander
fire-file-people = People
fire-file-professional = Professional
fire-file-semi-professional = Semi-professional
fire-file-farm = Forest farms
fire-file-vehicles = Units
fire-file-water-vehicles = Water vehicles
fire-file-machines = Machines
fire-file-aircraft = Aircraft
fire-file-blowers = Blowers
fire-file-water-m3 = Water, m3
fire-file-line-m = Line built, m
fire-file-cost-cny = Cost, yuan
fire-file-weather = Weather
fire-file-elevation-m = Elevation, m
fire-file-slope-deg = Slope, degrees
fire-file-ending = Ending
fire-file-corrected = Corrected by headquarters
fire-file-title = Forest fire file
fire-file-seed = seed
fire-file-provisional = Provisional, out of a simulation's journal; empty fields are for later correction. Final figures are the county headquarters'.
fire-file-weather-text = wind from the { $direction } at { $speed } m/s, { $temperature } °C, { $humidity } %
score-casualties = Casualties
score-hurt-dead = { $injured } hurt, { $dead } dead
score-withdrawals = Units that withdrew on their own
score-targets = 131 targets met
score-targets-met = told in 10 min { $told }, on site in 30 { $there }, feedback in 60 { $back }, of { $fires }
score-units = Units and water
score-units-used = { $units } units sent, { $hours } h at work, { $water } m³
score-composite = Composite
score-composite-parts = time { $time }, area { $area }, safety { $safety }, information { $information }, resources { $resources }, procedure { $procedure } %
