# `fireline check` 检查想定时的提示。found、expected、suggestion 照文件原文显示;数字的单位见其字段名。

# 读取文件
check-scenario-missing = 找不到该想定文件
check-scenario-unreadable = 无法读取想定文件:{ $reason }
check-not-utf8 = 从此处起不是 UTF-8 编码的文本
check-catalogue = 程序自带的目录数据已损坏:{ $reason }
check-incomplete = 无法建立推演环境

# 结构
check-unknown-field = 此处没有字段 `{ $found }`
check-unknown-variant = `{ $found }` 不是此处可用的选项
check-missing-field = 缺少字段 `{ $expected }`
check-duplicate-field = 字段 `{ $found }` 重复
check-wrong-type = 应为 { $expected },实为 { $found }
check-integer-bounds = 该整数超出字段允许的范围
check-unexpected-end = 文本提前结束,有括号未闭合
check-trailing-text = 想定结束之后还有多余的文本
check-unclosed-comment = 注释没有结束
check-unclosed-string = 文本缺少结尾的引号
check-syntax = 无法解析:{ $reason }
check-expected = 应为{ $expected ->
    [boolean] true 或 false
    [number] 数字
    [integer] 整数
    [string] 带引号的文本
    [option] Some(...) 或 None
    [name] 字段名
   *[other] { " " }`{ $expected }`
},实为 `{ $found }`

# 覆盖目录数据
check-override-unknown = 目录中 `{ $path }` 处没有 `{ $found }`
check-override-negative = 覆盖值不能为负;`{ $path }` 写成了 { $found }
check-override-not-a-number = 目录中的 `{ $path }` 不是数字
check-override-unfit = { $found } 不适用于 `{ $path }`
check-catalogue-cover = 目录中的地类 `{ $found }` 与其他地类代码重复,或引用了未知的可燃物模型或开设系数

# 基本设置
check-name = 名称 `{ $found }` 只能使用英文字母、数字、`-` 和 `_`
check-out-of-range = `{ $field }` 为 { $found },应为 { $expected }
check-start = `{ $found }` 不是有效的日期时间,应写作 2025-04-04T14:20
check-time-zone = 未知时区 `{ $found }`,请使用 IANA 名称,例如 Asia/Shanghai
check-epsg-unknown = 没有 EPSG:{ $found } 这一坐标系
check-epsg-not-projected = EPSG:{ $found } 不是以米为单位的投影坐标系;衡阳可用 32649
check-weather-empty = 没有气象记录,至少需要第 0 分钟的一条
check-weather-first = 第一条气象记录应在第 0 分钟,而不是第 { $found } 分钟
check-weather-order = 本条记录在第 { $found } 分钟,没有晚于上一条(第 { $before } 分钟)
check-weather-ends = 气象记录止于第 { $found } 分钟,最多沿用到第 { $reach } 分钟;推演到第 { $horizon } 分钟才结束
check-weather-gap = 第 { $before } 分钟之后有 { $found } 分钟没有气象记录;其余记录间隔 { $median } 分钟
check-inject-after-horizon = 该事件在第 { $found } 分钟,晚于推演结束时间(第 { $horizon } 分钟)

# 文件与栅格
check-file-missing = 找不到文件 `{ $found }`
check-file-unreadable = 无法读取 `{ $file }`:{ $reason }
check-file-content = `{ $file }`:实为 { $found },应为 { $expected }
check-feature = 第 { $feature } 个要素的 `{ $field }`:实为 { $found },应为 { $expected }
check-raster-size = 该栅格为 { $found } 个像元,高程栅格为 { $expected }
check-raster-cell = 该栅格像元边长 { $found } 米,高程栅格为 { $expected } 米
check-raster-origin = 该栅格西北角为 { $found },高程栅格为 { $expected }
check-raster-epsg = 该栅格坐标系为 EPSG:{ $found },想定为 EPSG:{ $expected }
check-raster-no-epsg = 该栅格未注明坐标系,按 EPSG:{ $expected } 处理
check-cover-code = 代码 { $found } 没有定义,共 { $cells } 个像元,首个位于第 { $column } 列、第 { $row } 行
check-elevation-void = { $cells } 个可燃像元没有高程,首个位于第 { $column } 列、第 { $row } 行
check-band-count = 文件有 { $found } 个波段,此处写了 { $expected } 个
check-band-twice = `{ $found }` 写了两次
check-band-half-wind = 有 `{ $found }` 却没有 `{ $expected }`:风必须两者俱全
check-band-two-winds = 风给了两次:风速风向和分量只能取其一
check-band-none = 该格网没有任何波段被读取
check-band-void = 地形范围内有 { $cells } 个像元缺少 `{ $field }`,首个位于第 { $column } 列、第 { $row } 行
check-band-range = 第 { $column } 列、第 { $row } 行的 `{ $field }` 为 { $found }(地形范围内共 { $cells } 个像元如此),应为 { $expected }
check-grid-short = 该格网没有覆盖整个地形:西缺 { $west } 米,东缺 { $east } 米,南缺 { $south } 米,北缺 { $north } 米
check-canopy-range = 该林冠图层第 { $column } 列、第 { $row } 行为 { $found }(共 { $cells } 个像元超出范围),应为 { $expected }
check-canopy-base = { $cells } 个像元的枝下高高于林分高,首个位于第 { $column } 列、第 { $row } 行;按林分高处理
check-canopy-crown-off = 给出了林冠图层,但树冠火已关闭;图层只用于遮荫和风的折减
check-crown-no-canopy = 树冠火已打开,但这些可燃物不含树冠信息,也没有林冠图层
check-cell-divides = 模拟网格 { $found } 米不能整除地形像元 { $landscape } 米
check-grid-too-large = 模拟网格将有 { $found } 个像元,上限为 { $expected }

# 可燃物模型
check-fuel-taken = 可燃物编号 { $found } 已属于 { $by }
check-fuel-nodata = 代码 { $found } 在该栅格中表示无数据,又是想定中某个可燃物模型的编号
check-fuel-no-load = 可燃物 `{ $found }` 没有任何载量,不会燃烧
check-unknown-line-fuel = 没有开设系数 `{ $found }`

# 要素
check-id-empty = 编号为空
check-id-duplicate = 编号 `{ $found }` 已被使用
check-too-few-points = 只有 { $found } 个点,至少需要 { $expected } 个
check-path-no-length = 该线的长度为零
check-ring-no-area = 该边界没有围出面积
check-off-map = ({ $x }, { $y }) 在图幅之外;图幅东西为 { $west } 至 { $east },南北为 { $south } 至 { $north }
check-unknown-road-class = 没有道路等级 `{ $found }`
check-unknown-unit-type = 没有队伍类型 `{ $found }`
check-unknown-station = 没有驻地 `{ $found }`
check-unknown-road = 没有道路 `{ $found }`
check-unknown-unit = 没有队伍 `{ $found }`
check-unknown-success = 没有成功标准 `{ $found }`
check-ignition-unburnable = 起火点 ({ $x }, { $y }) 处为{ $zh },不会燃烧
check-declared = 申报的 { $field } 为 { $found },图上量算为 { $measured }(相差超过 1 %)
check-station-no-road = 驻地 `{ $id }` 距最近道路 { $distance } 米,不应超过 { $expected } 米
check-pond-no-road = 蓄水池 `{ $id }` 距最近道路 { $distance } 米,不应超过 { $expected } 米
check-no-roads = `{ $id }` 无法到达:想定中没有道路
check-road-island = 道路 `{ $id }` 及与其相连的路段(共 { $roads } 条、{ $km } 公里)没有接入其余路网
check-road-islands = 另有 { $parts } 处路段(共 { $roads } 条道路、{ $km } 公里)也没有接入其余路网

# 建议
check-help-did-you-mean = 是否想写 `{ $suggestion }`?可用的有:{ $expected }
check-help-expected-one-of = 可用的有:{ $expected }
check-help-first-here = 首次出现在 { $file } 第 { $line } 行第 { $column } 列
check-help-roads-meet = 道路在线上有公共点处相接
check-help-free-fuel-numbers = 可用编号为 14 至 90 和 205 至 255
check-help-fuel-code = 请在 `fuel_models` 中加入该编号的可燃物模型,或改用:{ $expected }
check-help-canopy-units = `units` 可能写错:`Landfire` 为米的 10 倍、kg/m3 的 100 倍,`Metric` 为米和 kg/m3
check-help-weather-hold = 请补充记录,或写 `weather_after_end: Hold` 沿用最后一条
check-help-reproject = 请重新投影该文件,例如 gdalwarp -t_srs EPSG:{ $expected }
check-help-bands = 请按顺序写出文件的每个波段;不读取的写 `Unused`
check-help-grid-short = 请扩大格网或缩小地形;程序不作外推
check-help-band-void = 请填补空像元,或把该波段写为 `Unused`
check-unknown-patrol = 没有名为“{ $found }”的巡护路线
check-unknown-area = 没有名为“{ $found }”的区域
check-danger-twice = 既给出了`danger`（已发布等级），又给出了`danger_by`（指数）；请去掉其中一个
check-draw-twice = `count`和`per_day`都规定了火情数量，请去掉其中一个
check-draw-no-breaks = 要求在防火隔离带附近起火，但想定中没有隔离带
check-draw-nowhere = 指定范围内（界内、区域内、距隔离带的距离内）没有可燃的格网
check-draw-no-hours = `from_min`与`until_min`之间的时段内，没有任何起因会引发火情
check-ensemble-empty = 集合至少需要一天：列表为空
check-ensemble-grids = 网格天气只属于某一天；抽取日期的集合不能使用网格天气
check-ensemble-danger-by = 要求按火险等级选取日期，但没有`danger_by`，无从得知等级
check-ensemble-source = 气候统计须注明出处；`source`为空
check-ensemble-months = 防火季包含气候统计中没有的月份：{ $found }
check-ensemble-no-days = 文件中没有可抽取的日期：防火季内有{ $season }天，其中{ $complete }天的气温、湿度和风覆盖全部{ $horizon }分钟，但没有一天达到要求的火险等级
check-month-day = `{ $found }` 不是有效的月日，应写作 04-05
check-time-of-day = `{ $found }` 不是有效的时刻，应写作 14:20
check-wind-rose = 风玫瑰须有8个或16个频率，均不小于0且不全为0；现有{ $found }个
