# `fireline behavior --csv` 输入表格中的错误。行号从 1 开始，表头算第 1 行。
behavior-csv-missing-column = 第 1 行：缺少“{ $column }”列{ $similar ->
    [none] 。
   *[other] ；是否应为“{ $similar }”？
    }
behavior-csv-repeated-column = 第 1 行：“{ $column }”列重复出现。
behavior-csv-field-count = 第 { $line } 行：共 { $found } 个字段，与表头的 { $expected } 个不符。
behavior-csv-not-a-number = 第 { $line } 行“{ $column }”列：应为有限数值，实为“{ $found }”。
behavior-csv-not-whole = 第 { $line } 行“{ $column }”列：应为整数，实为“{ $found }”。
behavior-csv-out-of-range = 第 { $line } 行“{ $column }”列：{ $found } 超出范围，应在 { $min } 至 { $max } 之间。
behavior-csv-unknown-fuel-model = 第 { $line } 行“fuel_model”列：没有编号为“{ $found }”的标准可燃物模型；应为 1–13、91–93、98、99、101–109、121–124、141–149、161–165、181–189、201–204，或 TL8 之类的代码{ $similar ->
    [none] 。
   *[other] ；是否应为“{ $similar }”？
    }
behavior-csv-not-text = 第 { $line } 行：不是 UTF-8 文本。
behavior-csv-read = 无法读取表格：{ $reason }
behavior-csv-write = 无法写出表格：{ $reason }
