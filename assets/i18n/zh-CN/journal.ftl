# 运行日志的语句：终端上的火情经过与值班日志。
kind-run-started = 开始
kind-ignition = 起火
kind-weather = 天气
kind-inject = 情况导调
kind-alarm = 报警
kind-further-alarm = 再次报警
kind-verified = 核实
kind-ordered = 命令
kind-refused = 未执行
kind-departed = 出动
kind-walking-in = 徒步接近
kind-arrived = 到场
kind-working = 开始扑救
kind-waiting = 待命
kind-refilling = 补水
kind-situation-report = 火情报告
kind-contained = 合围
kind-containment-lost = 火线突破
kind-out = 扑灭
kind-handed-over = 移交
kind-escaped = 失控
kind-value-lost = 损失
kind-returning = 返程
kind-at-station = 归队
kind-unit-out = 退出战斗
kind-run-ended = 结束

record-run-started = “{ $title }”开始；随机种子{ $seed }，调度策略{ $policy }。
record-ignition = 火场{ $fire }在{ $place }起火，起因：{ $cause }。
record-weather = 天气：{ $direction }风{ $speed }米/秒，气温{ $temperature }℃，相对湿度{ $humidity }%。
record-inject = { $event }
record-alarm = { $who }报告：{ $place }发现烟点（误差约{ $error }米）；立为{ $incident }号火情。
record-further-alarm = { $who }也报告了{ $incident }号火情的烟点。
record-verified = { $incident }号火情核实：{ $place }发生火灾，过火面积约{ $area }公顷。
record-ordered = { $who }：{ $order }。
record-refused = 命令未能执行（{ $order }）：{ $reason }。
record-departed = { $unit }从{ $station }出发赶赴{ $incident }号火情，公路里程{ $km }公里，预计{ $expected }到达。
record-walking-in = { $unit }下车徒步接近{ $incident }号火情，距离{ $distance }米。
record-arrived = { $unit }到达{ $incident }号火情现场。
record-working = { $unit }在{ $incident }号火情火线开始扑救。
record-waiting = { $unit }在{ $incident }号火情无法作业：{ $reason }（火焰高{ $flame }米）。
record-refilling = { $unit }到{ $pond }号蓄水池补水{ $litres }升，需{ $minutes }分钟。
record-situation-report = { $incident }号火情报告：过火面积{ $area }公顷，已开设隔离线{ $line }米，到场队伍{ $units }支、{ $people }人。
record-contained = { $incident }号火情已合围：过火面积{ $area }公顷，开设隔离线{ $line }米。
record-containment-lost = { $incident }号火情突破合围圈，过火面积{ $area }公顷。
record-out = { $incident }号火情已扑灭，达到无火、无烟、无汽；过火面积{ $area }公顷。
record-handed-over = { $incident }号火情在首次出动{ $minutes }分钟后移交应急管理部门指挥。
record-escaped = { $incident }号火情失控，过火面积{ $area }公顷。
record-value-lost = { $value }被烧毁，损失{ $yuan }元。
record-returning = { $unit }返回{ $station }。
record-at-station = { $unit }已回到{ $station }。
record-unit-out = { $unit }退出战斗{ $minutes }分钟。
record-run-ended = 运行结束，过火面积{ $area }公顷。

order-dispatch = 派{ $unit }赶赴{ $incident }号火情
order-recall = 召回{ $unit }
order-hand-over = 移交{ $incident }号火情
orderer-policy = 值班室
orderer-doctrine = 按预案
orderer-person = 值班员

inject-wind-shift = 风向突变：转为{ $direction }风，{ $speed }米/秒。
inject-second-fire = { $place }又起一处火，起因：{ $cause }。
inject-road-closed = 道路{ $road }中断。
inject-unit-out = { $unit }退出战斗{ $minutes }分钟。

alarm-source-camera = { $by }号监控
alarm-source-patrol = 巡护员（{ $by }）
alarm-source-caller = 群众拨打12119（{ $by }）

refusal-unknown-unit = 没有这支队伍
refusal-unknown-incident = 没有这起火情
refusal-not-free = 队伍不在待命状态
refusal-no-route = 无路可达
refusal-too-hot = 火焰高度超过队伍可直接扑打的限度
refusal-out-of-hose-reach = 火场超出水带铺设距离
refusal-no-water = 水罐已空，蓄水池也无水可取

cause-agricultural = 烧秸秆、烧田埂杂草
cause-tomb-sweeping = 祭祀上坟用火
cause-power-line = 输电线路
cause-smokers = 吸烟、玩火、野炊
cause-refuse = 焚烧垃圾、燃放鞭炮
cause-other = 雷击及其他

ending-out = 已扑灭
ending-contained-not-out = 已合围，尚未扑灭
ending-escaped = 失控
ending-burning-at-horizon = 运行结束时仍在蔓延
ending-reason-line-closed = 队伍合围成功
ending-reason-burnt-out = 在隔离带、道路或无可燃物处自行停止
ending-reason-not-detected = 无人发现
ending-reason-nobody-sent = 未派出队伍
ending-reason-nobody-arrived = 派出的队伍未能及时到场
ending-reason-too-hot = 火焰高度超过队伍可直接扑打的限度
ending-reason-too-few = 开设隔离线的速度赶不上火势蔓延
ending-reason-left-the-map = 火烧出了地图边界

class-general = 一般森林火灾（受害森林面积不足1公顷）
class-larger = 较大森林火灾（受害森林面积1公顷以上、不足100公顷）
class-major = 重大森林火灾（受害森林面积100公顷以上、不足1000公顷）
class-especially-major = 特别重大森林火灾（受害森林面积1000公顷以上）

direction-n = 北
direction-ne = 东北
direction-e = 东
direction-se = 东南
direction-s = 南
direction-sw = 西南
direction-w = 西
direction-nw = 西北
place-near = { $name }{ $direction }方向{ $km }公里处
place-coordinates = 坐标东{ $x }、北{ $y }处

policy-run-card = 按预案
policy-nearest = 就近
policy-do-nothing = 不派队伍
