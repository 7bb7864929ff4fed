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

# The fire file
fire-file-number = 编号
fire-file-fire = 火情
fire-file-place = 地点
fire-file-township = 最近乡镇队站
fire-file-lon = 经度
fire-file-lat = 纬度
fire-file-started = 起火时间
fire-file-found = 发现时间
fire-file-found-by = 发现方式
fire-file-verified = 核实时间
fire-file-dispatched = 首次出动
fire-file-attacked = 首次扑打
fire-file-contained = 合围时间
fire-file-out = 扑灭时间
fire-file-duration-min = 持续时间（分钟）
fire-file-cause = 起火原因
fire-file-class = 火灾等级
fire-file-total-ha = 过火面积（公顷）
fire-file-forest-ha = 受害森林面积（公顷）
fire-file-value-lost-cny = 损失（元）
fire-file-injured = 受伤
fire-file-dead = 死亡
fire-file-commander = 首任现场指挥
fire-file-people = 出动人数
fire-file-professional = 专业队
fire-file-semi-professional = 半专业队
fire-file-farm = 林场队伍
fire-file-vehicles = 出动队伍数
fire-file-water-vehicles = 水车
fire-file-machines = 机械
fire-file-aircraft = 航空器
fire-file-blowers = 风力灭火机
fire-file-water-m3 = 用水（立方米）
fire-file-line-m = 开设火线（米）
fire-file-cost-cny = 扑救费用（元）
fire-file-weather = 气象
fire-file-elevation-m = 海拔（米）
fire-file-slope-deg = 坡度（度）
fire-file-ending = 结果
fire-file-corrected = 指挥部更正
fire-file-title = 森林火灾档案
fire-file-seed = 随机种子
fire-file-provisional = 本档案由模拟日志自动生成，为初步数据；空白项供事后更正，最终数据以县指挥部核定为准。
fire-file-weather-text = { $direction }风{ $speed }米/秒，{ $temperature }℃，湿度{ $humidity }%
score-casualties = 人员伤亡
score-hurt-dead = 受伤{ $injured }人，死亡{ $dead }人
score-withdrawals = 主动撤离次数
score-targets = “131”目标完成
score-targets-met = 10分钟核报{ $told }、30分钟到场{ $there }、60分钟反馈{ $back }，共{ $fires }起
score-units = 力量与用水
score-units-used = 出动{ $units }支，作业{ $hours }小时，用水{ $water }立方米
score-composite = 综合评分
score-composite-parts = 时间{ $time }、面积{ $area }、安全{ $safety }、信息{ $information }、资源{ $resources }、程序{ $procedure }，%
