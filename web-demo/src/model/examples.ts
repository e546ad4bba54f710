// Queries as shoppers of each locale type them: a clear one, homonyms whose meaning turns on the locale, and one that is no shopping.
const EXAMPLES: Record<string, string[]> = {
  'en-US': ['cute floral summer dress', 'pants', 'biscuits', 'dress shoes', 'lawn mower battery', 'iphone 15 case', 'apple', 'how tall is mount everest'],
  'en-GB': ['pants', 'biscuits', 'jumper', 'trainers', 'hoover bags', 'nappies size 3', 'where is my order'],
  'en-IN': ['pants', 'kurti for women', 'biscuits', 'mixer grinder', 'mobile cover', 'pressure cooker 5 litre', 'how to make dosa'],
  'es-ES': ['tenis', 'vestido de flores', 'zapatillas running', 'móvil barato', 'ordenador portátil', 'dónde está mi pedido'],
  'es-MX': ['tenis', 'vestido floreado', 'celular barato', 'playera negra hombre', 'chamarra de mezclilla', 'dónde está mi pedido'],
  'pt-BR': ['tênis', 'vestido floral', 'celular', 'geladeira frost free', 'camiseta preta', 'onde está meu pedido'],
  'de-DE': ['sommerkleid mit blumen', 'turnschuhe herren', 'handyhülle', 'rasenmäher akku', 'wo ist mein paket'],
  'fr-FR': ['robe fleurie été', 'baskets homme', 'coque iphone 15', 'tondeuse batterie', 'où est ma commande'],
  'it-IT': ['vestito a fiori estivo', 'scarpe da ginnastica', 'cover iphone 15', 'tagliaerba a batteria', 'dove si trova il mio ordine'],
  'nl-NL': ['zomerjurk met bloemen', 'sneakers heren', 'telefoonhoesje', 'grasmaaier accu', 'waar is mijn bestelling'],
  'sv-SE': ['blommig sommarklänning', 'gympaskor', 'mobilskal', 'gräsklippare batteri', 'var är min beställning'],
  'da-DK': ['blomstret sommerkjole', 'kondisko', 'mobilcover', 'plæneklipper batteri', 'hvor er min ordre'],
  'fi-FI': ['kukallinen kesämekko', 'lenkkarit', 'puhelimen kuoret', 'ruohonleikkuri akku', 'missä tilaukseni on'],
  'pl-PL': ['letnia sukienka w kwiaty', 'buty sportowe', 'etui na telefon', 'kosiarka akumulatorowa', 'gdzie jest moje zamówienie'],
  'cs-CZ': ['letní květované šaty', 'tenisky', 'kryt na mobil', 'sekačka na baterii', 'kde je moje objednávka'],
  'tr-TR': ['çiçekli yazlık elbise', 'spor ayakkabı', 'telefon kılıfı', 'çim biçme makinesi', 'siparişim nerede'],
  'ar-AE': ['فستان صيفي مزهر', 'حذاء رياضي', 'غطاء هاتف', 'عطر رجالي', 'أين طلبي'],
  'hi-IN': ['फूलों वाली ड्रेस', 'जूते पुरुषों के लिए', 'मोबाइल कवर', 'प्रेशर कुकर', 'मेरा ऑर्डर कहाँ है'],
  'th-TH': ['ชุดเดรสลายดอก', 'รองเท้าผ้าใบ', 'เคสมือถือ', 'เครื่องตัดหญ้า', 'พัสดุของฉันอยู่ที่ไหน'],
  'vi-VN': ['váy hoa mùa hè', 'giày thể thao nam', 'ốp lưng điện thoại', 'máy cắt cỏ', 'đơn hàng của tôi đâu'],
  'id-ID': ['gaun bunga musim panas', 'sepatu olahraga', 'casing hp', 'mesin pemotong rumput', 'di mana pesanan saya'],
  'ja-JP': ['花柄ワンピース 夏', 'スニーカー メンズ', 'スマホケース', '芝刈り機', '注文の状況'],
  'ko-KR': ['꽃무늬 여름 원피스', '운동화 남자', '휴대폰 케이스', '잔디깎이', '내 주문 어디'],
  'zh-CN': ['夏季碎花连衣裙', '运动鞋 男', '手机壳', '割草机', '我的订单在哪里'],
};

export const examplesFor = (locale: string): string[] => EXAMPLES[locale] ?? EXAMPLES['en-US']!;

/** Languages written from right to left among the pack's. */
export const direction = (locale: string) => (/^(ar|he|fa|ur)\b/.test(locale) ? 'rtl' : 'ltr');
