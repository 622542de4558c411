"""What the page says, in English and Vietnamese, and how either writes a number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Names = dict[tuple[str, str], tuple[str, str]]
"""Name by (scheme, segment), in both languages."""

LANGUAGES = ("en", "vi")


def names_of(segments: Iterable[dict[str, Any]]) -> Names:
    """The names of all segments. Arguments: segments, rows of mart `segments`."""
    return {
        (row["scheme"], row["segment"]): (row["label_en"], row["label_vi"])
        for row in segments
    }


REASONS: dict[str, tuple[str, str]] = {
    "first_seen": ("became known", "khách mới ghi nhận"),
    "first_order": ("first order", "đơn đầu tiên"),
    "win_back_order": ("an order after a lapse", "mua lại sau thời gian ngừng"),
    "repeat_order": ("another order", "mua thêm"),
    "order_voided": ("an order was voided", "một đơn bị hủy hoặc hoàn tiền"),
    "intent": ("a sign of intent to buy", "có dấu hiệu muốn mua"),
    "visit": ("a visit", "ghé thăm"),
    "signed_up": ("signed up", "đăng ký tài khoản"),
    "lapsed": ("no order for too long", "quá lâu không mua"),
    "hold_expired": (
        "the time as former customer is over",
        "hết thời gian là khách cũ",
    ),
    "order_left_window": (
        "an order left its window",
        "một đơn đã ra khỏi khung thời gian",
    ),
    "intent_expired": ("the intent is too long ago", "lâu không còn dấu hiệu muốn mua"),
    "visit_expired": ("the last visit is too long ago", "lần ghé thăm cuối đã quá lâu"),
    "threshold_shift": (
        "the others moved: the cut points shifted",
        "người khác thay đổi: ngưỡng điểm đã dịch",
    ),
    "purchase": ("an order in the period", "có đơn trong kỳ"),
    "refund": ("a refund or void in the period", "có hoàn tiền hoặc hủy đơn trong kỳ"),
    "decay": ("time went by without an order", "thời gian trôi qua mà không mua"),
    "rule_change": ("the rules changed", "quy tắc phân nhóm thay đổi"),
}
"""Why somebody moved, in the words of the report and of scripts/explain.py."""

FAULTS: dict[str, tuple[str, str]] = {
    "missing_value": ("missing value", "thiếu giá trị"),
    "unreadable_value": ("unreadable value", "giá trị không đọc được"),
    "ambiguous_number": ("ambiguous number", "số không rõ ràng"),
    "conflicting_duplicate": (
        "conflicting duplicate",
        "trùng khóa nhưng khác nội dung",
    ),
    "missing_amount": ("missing amount", "thiếu số tiền"),
    "unknown_currency": ("unknown currency", "tiền tệ không rõ"),
    "orphan_item": ("item without its order", "dòng hàng không có đơn"),
    "not_positive": ("not above zero", "không lớn hơn 0"),
    "unknown_value": ("unknown value", "giá trị không xác định"),
    "amount_too_large": ("amount too large", "số tiền quá lớn"),
    "orphan_refund": ("refund without its order", "khoản hoàn không có đơn"),
    "dated_in_future": ("dated in the future", "ngày ở tương lai"),
}
"""Reasons of quarantine, in English and Vietnamese."""

TEXTS: dict[str, tuple[str, str]] = {
    # The page
    "title": ("Customer segments", "Phân nhóm khách hàng"),
    "as_of": ("As of {day}", "Tính đến ngày {day}"),
    "language": ("Language", "Ngôn ngữ"),
    "contents": ("Contents", "Mục lục"),
    "in_numbers": ("The numbers as a table", "Số liệu dạng bảng"),
    "choose": ("Shown", "Đang xem"),
    "more_rows": ("and {count} more in the table", "và {count} dòng nữa trong bảng"),
    "foot": (
        "Made from the published marts by make report. It holds sums and counts, no row"
        " of a person, and asks nothing of any network. Colours: Okabe-Ito, and viridis"
        " for scores; both can be told apart by colour-blind readers.",
        "Tạo từ các bảng marts đã công bố bằng lệnh make report. Trang chỉ chứa số tổng"
        " và số đếm, không có dòng dữ liệu của cá nhân nào và không truy cập mạng."
        " Màu sắc: Okabe-Ito, và viridis cho điểm số; người mù màu vẫn phân biệt được.",
    ),
    "example": (
        "One person's story, as an example: a page beside this one, made by"
        " scripts/explain.py",
        "Câu chuyện của một người, làm ví dụ: một trang nằm cạnh trang này, tạo bằng"
        " scripts/explain.py",
    ),
    "no_data": ("There is nothing to show yet.", "Chưa có gì để hiển thị."),
    # Key figures
    "known_persons": ("known persons", "khách đã có thông tin"),
    "buyers_key": ("buyers", "người mua"),
    "revenue_key": ("revenue, {currency}", "doanh thu, {currency}"),
    "one_time_key": ("of buyers bought once", "người mua chỉ mua một lần"),
    "reachable_key": ("of persons are reachable", "số người có thể liên hệ"),
    "falling_key": ("fall within 30 days", "người sẽ tụt nhóm trong 30 ngày"),
    # Words of tables and axes
    "persons": ("Persons", "Số người"),
    "persons_of": ("{count} persons", "{count} người"),
    "share": ("Share", "Tỷ lệ"),
    "group": ("Group", "Nhóm"),
    "segment": ("Segment", "Phân khúc"),
    "from": ("From", "Từ nhóm"),
    "to": ("To", "Sang nhóm"),
    "reason": ("Reason", "Lý do"),
    "direction": ("Direction", "Hướng"),
    "moves": ("Moves", "Lượt chuyển"),
    "month_end": ("Month end", "Cuối tháng"),
    "today": ("Today", "Hôm nay"),
    "yesterday": ("Day before", "Hôm trước"),
    "orders": ("Orders", "Số đơn"),
    "revenue": ("Revenue", "Doanh thu"),
    "buyers": ("Buyers", "Người mua"),
    "share_of_buyers": ("Share of buyers", "Tỷ lệ người mua"),
    "share_of_revenue": ("Share of revenue", "Tỷ lệ doanh thu"),
    "lifecycle": ("Lifecycle", "Vòng đời"),
    "rfm": ("RFM", "RFM"),
    "scheme_between": ("{scheme}: {start} to {end}", "{scheme}: {start} đến {end}"),
    "became_known": ("Became known", "Khách mới ghi nhận"),
    "up": ("Up", "Lên"),
    "down": ("Down", "Xuống"),
    "lateral": ("Sideways", "Ngang"),
    "entry": ("Became known", "Khách mới ghi nhận"),
    "spend": ("Spend in the window", "Chi tiêu trong kỳ xét"),
    "thousand": ("thousand", "nghìn"),
    "million": ("million", "triệu"),
    "billion": ("billion", "tỷ"),
    # Lifecycle
    "lifecycle_title": ("Where everybody stands", "Khách hàng đang ở nhóm nào"),
    "lifecycle_lead": (
        "Six groups by visits and purchases, renewed every day. {persons} persons are"
        " known; {loyal} of them are loyal, {change} against {day}.",
        "Sáu nhóm theo lượt ghé thăm và mua hàng, cập nhật mỗi ngày. Đã có thông tin"
        " của {persons} người, trong đó {loyal} khách hàng trung thành, {change} so với"
        " {day}.",
    ),
    "pyramid": ("The six groups today", "Sáu nhóm hôm nay"),
    "pyramid_note": (
        "Small figures: change since the day before and since a month ago.",
        "Số nhỏ: thay đổi so với hôm trước và so với một tháng trước.",
    ),
    "groups": ("The six groups over time", "Sáu nhóm theo thời gian"),
    "groups_note": (
        "Persons in each group at the end of every month.",
        "Số người trong mỗi nhóm vào cuối mỗi tháng.",
    ),
    # Moves
    "moves_title": ("Who moved, and why", "Ai chuyển nhóm, và vì sao"),
    "moves_lead": (
        "Between {start} and {end}, {moved} of {persons} persons changed their"
        " lifecycle group: {up} up, {down} down.",
        "Từ {start} đến {end}, {moved} trong {persons} người đổi nhóm vòng đời:"
        " {up} lên, {down} xuống.",
    ),
    "sankey": ("From where to where", "Từ đâu sang đâu"),
    "sankey_note": (
        "Where persons stood at two month ends. Grey: they stayed. Coloured by the"
        " group that they left.",
        "Vị trí của mỗi người ở hai thời điểm cuối tháng. Màu xám: ở lại. Màu theo"
        " nhóm mà họ rời đi.",
    ),
    "reasons": ("Reasons of the moves", "Lý do chuyển nhóm"),
    "reasons_note": (
        "Every move of the month counts, so a person may count more than once.",
        "Tính mọi lượt chuyển trong tháng, nên một người có thể được tính nhiều lần.",
    ),
    "matrix": ("Transition matrix", "Ma trận chuyển nhóm"),
    "matrix_note": (
        "Of those who stood in the row's group, the share that stood in the column's"
        " a month later. Each row adds up to 100%.",
        "Trong số người thuộc nhóm ở hàng, tỷ lệ thuộc nhóm ở cột một tháng sau. Mỗi"
        " hàng cộng lại bằng 100%.",
    ),
    # RFM
    "rfm_title": ("Scores by recency, frequency and spend", "Chấm điểm RFM"),
    "rfm_lead": (
        "{scored} buyers, scored from 1 to {best} on each count; the cut points of"
        " {day} are written on the axes.",
        "{scored} người mua, mỗi tiêu chí chấm từ 1 đến {best} điểm; ngưỡng điểm ngày"
        " {day} ghi trên các trục.",
    ),
    "rfm_provisional": (
        "The period is still open: scores are provisional.",
        "Kỳ chưa kết thúc: điểm là tạm tính.",
    ),
    "heat": ("Persons by score", "Số người theo điểm"),
    "heat_note": (
        "Every cell: how many persons have this pair of scores.",
        "Mỗi ô: số người có cặp điểm này.",
    ),
    "heat_view": ("{across} and {up}", "{across} và {up}"),
    "recency": ("Recency", "Độ gần đây"),
    "frequency": ("Frequency", "Tần suất"),
    "monetary": ("Spend", "Chi tiêu"),
    "average": ("Average order", "Đơn trung bình"),
    "recency_axis": (
        "Recency: days since the last order",
        "Độ gần đây: số ngày từ đơn cuối",
    ),
    "frequency_axis": (
        "Frequency: orders in {days} days",
        "Tần suất: số đơn trong {days} ngày",
    ),
    "monetary_axis": (
        "Spend in {days} days, {unit}",
        "Chi tiêu trong {days} ngày, {unit}",
    ),
    "average_axis": (
        "Average order in {days} days, {unit}",
        "Giá trị đơn trung bình trong {days} ngày, {unit}",
    ),
    "nobody": ("nobody", "không có"),
    "segments": ("Segments over time", "Phân khúc theo thời gian"),
    "segments_note": (
        "Persons in each segment at the end of every month, lowest scores first.",
        "Số người trong mỗi phân khúc vào cuối mỗi tháng, điểm thấp nhất trước.",
    ),
    # Buyers
    "buyers_title": ("Who brings the revenue", "Ai mang lại doanh thu"),
    "buyers_lead": (
        "{one_time} of buyers bought once. The best {best} of buyers bring {top} of the"
        " revenue.",
        "{one_time} người mua chỉ mua một lần. {best} người mua nhiều nhất mang lại"
        " {top} doanh thu.",
    ),
    "order_counts": ("Buyers by number of orders", "Người mua theo số đơn"),
    "order_counts_note": (
        "Share of all buyers, and what they bring of all revenue.",
        "Tỷ lệ trên tổng số người mua, và phần doanh thu họ mang lại.",
    ),
    "concentration": ("Concentration of revenue", "Mức tập trung doanh thu"),
    "concentration_note": (
        "Buyers from the largest to the smallest; the dotted line: all alike.",
        "Người mua xếp từ lớn đến nhỏ; đường chấm: nếu mọi người như nhau.",
    ),
    "best_buyers": ("Best buyers", "Người mua hàng đầu"),
    # Cohorts
    "cohorts_title": ("Do they come back?", "Họ có quay lại không?"),
    "cohorts_lead": (
        "Buyers by the month of their first order: the share that orders again in each"
        " month after it. Of all of them {share} ordered in the month after the first.",
        "Người mua theo tháng có đơn đầu tiên: tỷ lệ mua lại trong từng tháng sau đó."
        " Trong tổng số, {share} mua lại ngay tháng kế tiếp.",
    ),
    "cohorts": ("Buyers who order again", "Người mua quay lại"),
    "cohorts_note": (
        "In per cent of the buyers of the row's month, whose number stands beside it;"
        " complete months only.",
        "Tính theo phần trăm số người mua của tháng ở hàng (số ghi bên cạnh); chỉ tính"
        " các tháng đã kết thúc.",
    ),
    "first_month": ("First order in", "Đơn đầu trong"),
    "months_since": ("Months since the first order", "Số tháng kể từ đơn đầu tiên"),
    "month_number": ("Month {number}", "Tháng {number}"),
    # Falls
    "falls_title": (
        "Who falls in the next 30 days",
        "Ai sẽ tụt nhóm trong 30 ngày tới",
    ),
    "falls_lead": (
        "{persons} persons will drop to a lower group by {day} if they do nothing. They"
        " spent {spend} in the last {days} days.",
        "{persons} người sẽ xuống nhóm thấp hơn từ nay đến {day} nếu không có hoạt động"
        " gì. Họ đã chi {spend} trong {days} ngày qua.",
    ),
    "falls": ("Falls by day", "Số người tụt nhóm theo ngày"),
    "falls_note": (
        "Coloured by the group that they stand in now.",
        "Màu theo nhóm hiện tại.",
    ),
    # Experiments
    "experiments_title": ("Experiments", "Thử nghiệm"),
    "experiments_lead": (
        "How many more persons moved up with the care than in the control group, in"
        " percentage points, with the 95% interval. Where the line crosses 0, it may"
        " be chance.",
        "Số người lên nhóm nhờ cách chăm sóc nhiều hơn bao nhiêu so với nhóm đối chứng,"
        " tính bằng điểm phần trăm, kèm khoảng tin cậy 95%. Nếu đường cắt mốc 0 thì có"
        " thể chỉ là ngẫu nhiên.",
    ),
    "experiments": ("Moved up, against the control", "Lên nhóm, so với đối chứng"),
    "experiments_note": (
        "Scheme lifecycle. An open circle: the test is still running.",
        "Theo vòng đời. Chấm rỗng: thử nghiệm còn đang chạy.",
    ),
    "experiment": ("Experiment", "Thử nghiệm"),
    "variant": ("Variant", "Phương án"),
    "moved_up": ("Moved up", "Lên nhóm"),
    "share_up": ("Share", "Tỷ lệ"),
    "difference": ("Difference", "Chênh lệch"),
    "interval": ("95% interval", "Khoảng 95%"),
    "bought": ("Bought", "Đã mua"),
    "running": ("running", "đang chạy"),
    "control": ("control", "đối chứng"),
    "treatment": ("treatment", "chăm sóc"),
    "points": ("percentage points", "điểm phần trăm"),
    # Audiences
    "audiences_title": ("Audiences", "Tệp khách cho chiến dịch"),
    "audiences_lead": (
        "Selections for campaigns: how many stand in each today, and how many of them"
        " agreed to the channel and have not been contacted too often.",
        "Các tệp khách cho chiến dịch: mỗi tệp có bao nhiêu người hôm nay, và bao nhiêu"
        " người đã đồng ý nhận liên hệ và chưa bị liên hệ quá nhiều.",
    ),
    "audiences": ("Persons in each audience", "Số người trong mỗi tệp"),
    "audiences_note": (
        "A person may be in several audiences.",
        "Một người có thể thuộc nhiều tệp.",
    ),
    "audience": ("Audience", "Tệp khách"),
    "to_contact": ("To contact", "Được liên hệ"),
    "not_to_contact": (
        "No consent, or contacted enough",
        "Chưa đồng ý, hoặc đã liên hệ đủ",
    ),
    "by_email": ("Reachable by e-mail", "Liên hệ được qua e-mail"),
    "by_phone": ("Reachable by phone", "Liên hệ được qua điện thoại"),
    "capped": ("Contacted enough", "Đã liên hệ đủ"),
    # Alarms
    "alerts_title": ("Alarms", "Cảnh báo"),
    "critical": ("Act today", "Xử lý hôm nay"),
    "warning": ("Look into it", "Cần xem xét"),
    # Quality
    "quality_title": ("Can the numbers be trusted?", "Số liệu có đáng tin không?"),
    "quality_lead": (
        "{read} rows were read; {folded} were exact copies or corrected by later rows,"
        " {quarantined} could not be used and were set aside with their reason.",
        "Đã đọc {read} dòng; {folded} dòng là bản sao y hệt hoặc đã có dòng sau sửa"
        " lại, {quarantined} dòng không dùng được và đã cách ly kèm lý do.",
    ),
    "quarantined": ("Rows set aside, by reason", "Dòng bị cách ly, theo lý do"),
    "quarantined_note": (
        "They stand in mart quarantined_rows, each with its reason.",
        "Chúng nằm trong bảng quarantined_rows, mỗi dòng kèm lý do.",
    ),
    "row_counts": ("Unusable rows by table", "Dòng không dùng được theo bảng"),
    "row_counts_note": (
        "Share of the rows read that were set aside.",
        "Tỷ lệ dòng đã đọc bị cách ly.",
    ),
    "table": ("Table", "Bảng"),
    "rows": ("Rows", "Số dòng"),
    "read": ("Read", "Đã đọc"),
    "staged": ("Used", "Dùng được"),
    "folded": ("Copied or corrected", "Bản sao hoặc đã sửa"),
    "set_aside": ("Set aside", "Cách ly"),
    "ledger": ("From raw revenue to the segments", "Từ doanh thu thô đến các nhóm"),
    "ledger_note": (
        "What every unit of raw revenue became; it adds up to the cent.",
        "Mỗi đồng doanh thu thô đã đi đâu; cộng khớp đến từng đồng.",
    ),
    "line": ("Line", "Dòng"),
    "amount": ("Amount", "Số tiền"),
    "amount_in": ("Amount, {unit}", "Số tiền, {unit}"),
    "for_information": ("for information", "để tham khảo"),
    **FAULTS,
    **REASONS,
}
"""What is said, in English and Vietnamese."""

SCALES = (
    (Decimal(10) ** 9, "billion"),
    (Decimal(10) ** 6, "million"),
    (Decimal(10) ** 3, "thousand"),
)
"""From how much on an amount is told in these units."""


class Say:
    """Says things in one language.

    Args:
        language: `en` or `vi`.
        labels: Name of a segment by (scheme, segment), in both languages.
        currency: In which all money is.
    """

    def __init__(
        self,
        language: str,
        labels: Names,
        currency: str,
    ) -> None:
        self.language = language
        self.place = LANGUAGES.index(language)
        self.labels = labels
        self.currency = currency

    def __call__(self, name: str, **values: Any) -> str:
        """A text with its values; a name without a text is said in plain words."""
        if name not in TEXTS:
            return name.replace("_", " ")
        values = {key: self.value(value) for key, value in values.items()}
        return TEXTS[name][self.place].format(**values)

    def label(self, scheme: str, segment: str | None) -> str:
        """The name of a segment; None: who was not known yet."""
        if segment is None:
            return self("became_known")
        fallback = segment.replace("_", " ").capitalize()
        return self.labels.get((scheme, segment), (fallback, fallback))[self.place]

    def short_label(self, scheme: str, segment: str | None) -> str:
        """The name of a segment, less the word for customer that others have too."""
        name = self.label(scheme, segment)
        short = name.removeprefix("Khách ").removeprefix("hàng ")
        return short[:1].upper() + short[1:]

    def wrapped(self, scheme: str, segment: str | None, width: int = 16) -> str:
        """The name of a segment in lines of about so many letters."""
        return wrap(self.label(scheme, segment), width)

    def separators(self) -> str:
        """Decimal mark and thousands separator, as plotly wants them."""
        return ",." if self.place else ".,"

    def marks(self, text: str) -> str:
        """A number in English marks, as the language writes it."""
        return text.translate(str.maketrans(",.", ".,")) if self.place else text

    def value(self, value: Any) -> str:
        """A date or a number as people write it; text as it is."""
        if value is None:
            return "–"
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}" if self.place else f"{value.day} {value:%b %Y}"
        if isinstance(value, Decimal | float):
            return self.marks(f"{value:,.2f}".removesuffix(".00"))
        if isinstance(value, int):
            return self.marks(f"{value:,}").replace("-", "−")
        return str(value)

    def month(self, value: date) -> str:
        """A month."""
        return f"{value:%m/%Y}" if self.place else f"{value:%b %Y}"

    def share(self, value: float | Decimal | None, digits: int = 1) -> str:
        """A share of 1, in per cent."""
        return "–" if value is None else self.marks(f"{100 * value:.{digits}f}") + "%"

    def points(self, value: float | Decimal | None) -> str:
        """A difference of shares of 1, in percentage points with its sign."""
        return "–" if value is None else self.marks(f"{100 * value:+.1f}")

    def change(self, value: int) -> str:
        """A change with its sign."""
        return "±0" if not value else ("+" if value > 0 else "") + self.value(value)

    def scale(self, largest: float | Decimal) -> tuple[Decimal, str]:
        """The unit in which amounts of this size are told.

        Args:
            largest: The largest of them.

        Returns:
            How much one unit is, and its name with the currency.
        """
        for size, name in SCALES:
            if abs(Decimal(largest)) >= size:
                return size, f"{self(name)} {self.currency}"
        return Decimal(1), self.currency

    def money(self, amount: Decimal) -> str:
        """An amount in short, with its currency."""
        size, unit = self.scale(amount)
        units = Decimal(amount) / size
        digits = 2 if abs(units) < 10 else 1 if abs(units) < 100 else 0
        return f"{self.marks(f'{units:,.{digits}f}')} {unit}"


def wrap(text: str, width: int) -> str:
    """Break a text into lines of about so many letters.

    Args:
        text: The text.
        width: Letters in a line; a longer word stands alone.

    Returns:
        The lines, separated as plotly wants them.
    """
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)
