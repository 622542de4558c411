"""Word lists of the demo shop: names, places, products, campaigns, comments."""

from datetime import date

SURNAMES = {
    "Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Hoàng": 5, "Huỳnh": 5, "Phan": 5,
    "Vũ": 4, "Võ": 4, "Đặng": 3, "Bùi": 3, "Đỗ": 2, "Hồ": 2, "Ngô": 2, "Dương": 1,
    "Lý": 1, "Đinh": 1, "Trương": 1,
}  # fmt: skip
MIDDLE_NAMES = {
    "female": "Thị Ngọc Thanh Phương Mỹ Bảo Khánh Thùy Kim Diệu",
    "male": "Văn Hữu Đức Minh Quang Công Thành Gia Xuân Quốc",
}
GIVEN_NAMES = {
    "female": "Anh Giang Hạnh Hương Lan Linh Mai Ngân Nhung Oanh Phương Quỳnh Thảo"
    " Thủy Trang Trâm Tuyết Uyên Vân Yến",
    "male": "An Bình Cường Dũng Đạt Hải Hiếu Hùng Huy Khoa Long Nam Phong Phúc Quân"
    " Sơn Thắng Tuấn Trung Vinh",
}
OCCUPATIONS = ["office", "teacher", "trader", "student", "engineer", "nurse", "farmer"]
INCOME_BANDS = ["<10m", "10-20m", "20-40m", ">40m"]

# City, province, latitude, longitude, share of the customers.
PLACES = [
    ("TP. Hồ Chí Minh", "TP. Hồ Chí Minh", 10.7769, 106.7009, 34),
    ("Hà Nội", "Hà Nội", 21.0285, 105.8542, 26),
    ("Đà Nẵng", "Đà Nẵng", 16.0544, 108.2022, 9),
    ("Hải Phòng", "Hải Phòng", 20.8449, 106.6881, 5),
    ("Cần Thơ", "Cần Thơ", 10.0452, 105.7469, 6),
    ("Biên Hòa", "Đồng Nai", 10.9574, 106.8426, 5),
    ("Huế", "Thừa Thiên Huế", 16.4637, 107.5909, 4),
    ("Nha Trang", "Khánh Hòa", 12.2388, 109.1967, 4),
    ("Đà Lạt", "Lâm Đồng", 11.9404, 108.4583, 3),
    ("Vinh", "Nghệ An", 18.6796, 105.6813, 2),
    ("Buôn Ma Thuột", "Đắk Lắk", 12.6667, 108.0382, 2),
]

# Category: brand, then product and price in VND.
PRODUCTS = {
    "Cà phê": ("Nắng", {
        "Cà phê phin": 95_000, "Cà phê hạt Cầu Đất": 185_000, "Cà phê sữa gói": 68_000,
        "Phin nhôm": 59_000, "Cold brew chai": 45_000, "Bình ủ cà phê": 420_000,
    }),
    "Trà": ("Sương", {
        "Trà sen Tây Hồ": 240_000, "Trà ô long": 165_000, "Trà gừng": 72_000,
        "Trà lài": 88_000, "Bộ ấm chén": 650_000,
    }),
    "Bánh kẹo": ("Quê", {
        "Mứt gừng": 75_000, "Kẹo dừa Bến Tre": 52_000, "Bánh pía": 98_000,
        "Hộp quà Tết": 520_000, "Bánh trung thu": 360_000, "Hạt điều": 155_000,
    }),
    "Mỹ phẩm": ("Hoa Bưởi", {
        "Dầu dừa ép lạnh": 120_000, "Son dưỡng": 135_000, "Nước hoa hồng": 210_000,
        "Tinh dầu sả": 99_000, "Bộ dưỡng da": 890_000,
    }),
    "Gia dụng": ("Mộc", {
        "Nồi đất": 230_000, "Chổi đót": 49_000, "Đèn tre": 470_000,
        "Khăn tắm": 145_000, "Bộ chăn ga": 1_450_000, "Nồi chiên": 1_990_000,
    }),
    "Thời trang": ("Lụa", {
        "Áo dài lụa": 1_250_000, "Khăn lụa": 390_000, "Nón lá": 65_000,
        "Túi cói": 280_000, "Áo thun": 175_000,
    }),
}  # fmt: skip

# Source, medium, campaign, first day, days, spend per day in VND.
CAMPAIGNS = [
    ("google", "cpc", "brand", date(2023, 1, 1), 731, 350_000),
    ("facebook", "paid", "tet_2023", date(2023, 1, 1), 20, 2_400_000),
    ("facebook", "paid", "8_3", date(2023, 3, 1), 8, 1_500_000),
    ("tiktok", "paid", "mua_he", date(2023, 6, 1), 40, 900_000),
    ("facebook", "paid", "11_11_2023", date(2023, 11, 4), 8, 3_200_000),
    ("facebook", "paid", "12_12_2023", date(2023, 12, 5), 8, 2_800_000),
    ("facebook", "paid", "tet_2024", date(2024, 1, 15), 26, 2_900_000),
    ("tiktok", "paid", "he_2024", date(2024, 6, 1), 45, 1_100_000),
    ("facebook", "paid", "11_11_2024", date(2024, 11, 4), 8, 4_100_000),
    ("tiktok", "paid", "12_12_2024", date(2024, 12, 5), 8, 3_300_000),
]
UNPAID_VISITS = [
    ("", "", "", ""),
    ("google.com", "", "", ""),
    ("zalo.me", "zalo", "social", ""),
    ("", "newsletter", "email", "ban_tin"),
]
DEVICES = [
    ("mobile", "Android", "Chrome"),
    ("mobile", "iOS", "Safari"),
    ("desktop", "Windows", "Edge"),
    ("desktop", "Windows", "CocCoc"),
    ("tablet", "iOS", "Safari"),
]
COMMENTS = {
    "good": ["Giao nhanh, đóng gói đẹp", 'Sẽ "ghiền" luôn!', "Rất hài lòng", ""],
    "fair": ["Tạm ổn", "Hàng đúng mô tả,\nnhưng giao hơi chậm", ""],
    "poor": ["Giao trễ 5 ngày", "Hộp bị móp, thất vọng", "Không đúng màu"],
}

# Ids that trip careless parsing; they stand in for ordinary customer ids.
ODD_CUSTOMER_IDS = [
    "KH Đà Nẵng 07",
    "O'Brien-12",
    'KH"42"',
    "000123",
    "客户-9",
    "a|b,c",
]
