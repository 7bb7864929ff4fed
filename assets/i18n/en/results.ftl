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
