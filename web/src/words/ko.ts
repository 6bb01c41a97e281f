/** Korean, the first language of the page: its shape is the type `Words` that every other dictionary has to fill. */

import type { ClosedReason, Listing, Rule } from "../wire.gen.js";
import { row } from "./numbers.js";
import { attach, particle } from "./particles.js";
import { placesKo } from "./places.ko.js";
import { racersKo } from "./racers.js";
import { refusals } from "./refusals.ko.js";
import { roundKo } from "./round.ko.js";

const rules: Readonly<Record<Rule, string>> = { last: "꼴찌가 쏜다", first: "1등이 쏜다", vote: "투표로 정한다" };
const listings: Readonly<Record<Listing, string>> = { public: "누구나", unlisted: "링크로만" };
const phases: Readonly<Record<string, string>> = {
  gathering: "고르는 중",
  drawing: "추첨 중",
  countdown: "곧 출발",
  runoff: "결승전 준비",
  racing: "달리는 중",
  podium: "결과 발표",
};
const closedReasons: Readonly<Record<ClosedReason, string>> = {
  expired: "한동안 아무도 쓰지 않아서 방을 닫았어요.",
  empty: "아무도 없어서 방을 닫았어요.",
};

export const ko = {
  code: "ko",
  brand: {
    name: "PADDOCK",
    tagline: "30초 경주로 정하는 오늘의 커피값",
    how: ["몰래 한 마리를 골라요", "다 같이 경주를 봐요", "한 사람이 커피를 사요"],
    title: (place: string): string => (place === "" ? "Paddock · 오늘 커피는 누가?" : `${place} · Paddock`),
  },
  common: {
    close: "닫기",
    cancel: "그만두기",
    save: "저장",
    retry: "다시 하기",
    home: "처음으로",
    copied: "링크를 복사했어요.",
    copyFailed: "복사하지 못했어요. 주소를 길게 눌러 복사해 주세요.",
    working: "잠깐만요…",
    you: "나",
    people: (count: number): string => `${count}명`,
    skip: "본문으로 건너뛰기",
    join: (names: readonly string[]): string => row(names, 3, ", ", (count) => `외 ${count}명`),
    offline: "서버에 닿지 않아 반영되지 않았어요. 연결되면 다시 눌러 주세요.",
    saved: "바꿨어요.",
    notLoaded: "불러오지 못했어요. 사라진 건 없으니 페이지를 새로 고치거나 다시 눌러 주세요.",
    messages: "알림",
  },
  tools: {
    language: "언어",
    korean: "한국어",
    english: "English",
    toNight: "밤 화면으로",
    toDay: "낮 화면으로",
  },
  rules,
  rank: (rank: number): string => `${rank}등`,
  listings,
  phases,
  racer: (kind: string): string => racersKo[kind]?.name ?? kind,
  temper: (kind: string): string => racersKo[kind]?.temper ?? "",
  roomTitle: (title: string, host: string): string => (title !== "" ? title : host !== "" ? `${host}네 방` : "이름 없는 방"),
  ...placesKo,
  ...roundKo,
  refusals,
  link: {
    lost: "연결이 끊겼어요. 다시 잇는 중…",
    degraded: "지금은 이 서버에서만 진행해요 · 기록은 남아요",
    overlayTitle: "다시 잇는 중이에요",
    overlayBody: "자리와 고른 것은 서버에 그대로 있어요.",
    nextTry: (left: number): string => (left > 0 ? `${left}초 뒤에 다시 해 볼게요` : "지금 다시 해 보는 중…"),
    now: "지금 다시 잇기",
  },
  terminal: {
    moved: { title: "다른 탭에서 열었어요", body: "자리는 그대로고, 지금은 다른 탭이나 기기에서 쓰고 있어요.", action: "여기서 쓰기" },
    kicked: { title: "이번 판에서 내보내졌어요", body: "방장이 내보냈어요. 다음 판이 열리면 다시 들어올 수 있어요.", action: "다시 들어가 보기" },
    blocked: { title: "이 방에 들어올 수 없어요", body: "방장이 막았어요. 지난 기록은 그대로 남아 있고, 다른 방에서는 놀 수 있어요.", action: "처음으로" },
    away: { title: "오래 자리를 비웠어요", body: "자리를 비워 둔 시간이 지나 자리가 났어요. 기록은 그대로예요.", action: "다시 앉기" },
    closed: { title: "방이 닫혔어요", body: (reason: ClosedReason | null): string => `${reason === null ? "" : closedReasons[reason] + " "}지난 기록은 남아 있어요.`, founder: "방을 만든 분이라면 같은 코드로 다시 열 수 있어요.", action: "다시 열기" },
    gone: { title: "그런 방이 없어요", body: "코드가 틀렸거나 방이 사라졌어요. 코드를 다시 확인해 주세요.", action: "처음으로" },
    unsupported: { title: "이 브라우저에서는 열 수 없어요", body: "경주를 그리려면 더 새로운 브라우저가 필요해요. 크롬, 사파리, 파이어폭스, 삼성 인터넷의 최신판으로 열어 주세요.", action: "그래도 다시 열기" },
  },
  particle,
  attach,
};

export type Words = typeof ko;
