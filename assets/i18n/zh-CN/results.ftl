# 火情经过的框架、评分表与地图副标题。
story-title = { $title }：{ $date }（随机种子{ $seed }，调度策略{ $policy }）
story-synthetic = 地形、地类和设施位置均为合成数据，仅供训练，不得用于真实火情。
story-quiet = 值班平静，未接到任何报警。
story-fire = 火场{ $fire }（{ $cause }，{ $place }，{ $ignited }起火）：{ $ending }；{ $reason }。过火面积{ $area }公顷，其中受害森林{ $forest }公顷；等级：{ $class }。
story-line-built = 队伍共开设隔离线{ $metres }米。
map-subtitle-run = { $date }至{ $end } · 随机种子{ $seed } · 调度策略{ $policy }

score-item = 评分项目
score-value = 结果
score-fire = 火场
score-cause = 起因
score-ignited = 起火
score-detected = 发现
score-detected-by = 发现者
score-verified = 核实
score-dispatched = 首次出动
score-first-attack = 首次扑救
score-contained = 合围
score-out = 扑灭
score-area = 过火面积
score-forest = 受害森林面积
score-class = 火灾等级
score-ending = 结局
score-reason = 原因
score-burnt = 过火总面积
score-counterfactual = 无人扑救时的过火面积
score-saved = 减少过火面积
score-value-lost = 经济损失
score-cost = 扑救费用
score-early = 打早
score-small = 打小
score-put-out = 打了
score-yes = 是
score-no = 否
score-hectares = { $value }公顷
score-yuan = { $value }元
stores-item = { $item ->
    [beater] 二号工具
    [blower] 风力灭火机
    [chainsaw] 油锯
    [drip_torch] 点火器
    [hose_m] 水带（米）
    [portable_pump] 便携水泵
    [radio] 对讲机
    [water_bag] 背负式水袋
   *[other] { $item }
}
stores-station = 站点
stores-what = 物资
stores-stock = 库存
stores-plan = 预案
stores-short = 缺口
stores-summary = 预案所列 { $all } 项中有 { $short } 项不足
stores-no-plan = 情景中没有 stores_plan，库存无从对照
