/** The names and tempers of the stable in both languages; kinds this page does not know yet keep their own word. */

export interface RacerWords {
  readonly name: string;
  /** Half a sentence about its temper, for the card. */
  readonly temper: string;
}

export const racersKo: Readonly<Record<string, RacerWords>> = {
  tiger: { name: "호랑이", temper: "이길 줄 안다고 믿음" },
  rabbit: { name: "토끼", temper: "낮잠 자다 옴" },
  turtle: { name: "거북이", temper: "서두르는 법이 없음" },
  horse: { name: "말", temper: "머릿결이 먼저" },
  pig: { name: "돼지", temper: "결승선에 간식 있나요" },
  dog: { name: "강아지", temper: "다 좋아" },
  cat: { name: "고양이", temper: "달려 드리는 거예요" },
  duck: { name: "오리", temper: "할 말 많음" },
  snail: { name: "달팽이", temper: "오늘은 진심" },
  fox: { name: "여우", temper: "다 계획이 있음" },
  bear: { name: "곰", temper: "방금 깸" },
  frog: { name: "개구리", temper: "뛰면 다 됨" },
  penguin: { name: "펭귄", temper: "정장 입고 출근" },
  hedgehog: { name: "고슴도치", temper: "안으면 안 됨" },
  sheep: { name: "양", temper: "세다가 잠듦" },
  ostrich: { name: "타조", temper: "다리는 자신 있음" },
};

export const racersEn: Readonly<Record<string, RacerWords>> = {
  tiger: { name: "Tiger", temper: "Sure of it" },
  rabbit: { name: "Rabbit", temper: "Fresh from a nap" },
  turtle: { name: "Turtle", temper: "Never in a hurry" },
  horse: { name: "Horse", temper: "Hair comes first" },
  pig: { name: "Pig", temper: "Snacks at the line?" },
  dog: { name: "Dog", temper: "Loves all of it" },
  cat: { name: "Cat", temper: "Doing you a favour" },
  duck: { name: "Duck", temper: "Has opinions" },
  snail: { name: "Snail", temper: "Means it today" },
  fox: { name: "Fox", temper: "Has a plan" },
  bear: { name: "Bear", temper: "Just woke up" },
  frog: { name: "Frog", temper: "Jumps first" },
  penguin: { name: "Penguin", temper: "Dressed for work" },
  hedgehog: { name: "Hedgehog", temper: "No hugs, thanks" },
  sheep: { name: "Sheep", temper: "Counts itself" },
  ostrich: { name: "Ostrich", temper: "All legs" },
};
