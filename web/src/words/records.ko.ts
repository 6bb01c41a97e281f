/** Korean for what is recorded: room history, profile, leaderboards, statistics. It comes with those pages only. */

import type { Board, Period } from "../api.gen.js";
import type { Trouble } from "../model/records.js";
import type { Bounded } from "./moments.js";
import { row } from "./numbers.js";
import { attach } from "./particles.js";

const later = "잠시 뒤 다시 해 주세요.";

/** What happened, whether anything was lost, what to do now. */
const troubles: Readonly<Record<Trouble, string>> = {
  unavailable: "지금은 기록을 읽을 수 없어요. 게임은 그대로 할 수 있고 기록도 사라지지 않아요. " + later,
  unreachable: "서버에 닿지 않았어요. 기록은 그대로 있으니 연결을 확인하고 다시 해 주세요.",
  late: "서버 대답이 늦어요. 기록은 그대로 있어요. " + later,
  timeout: "서버가 제때 답하지 못했어요. 기록은 그대로 있어요. " + later,
  unreadable: "받은 내용을 읽을 수 없어요. 새로 고침하면 최신 화면으로 맞춰져요.",
  internal: "서버에 문제가 생겼어요. 기록은 그대로 있어요. " + later,
  too_many: "너무 자주 물어봤어요. 사라진 것은 없으니 잠깐 쉬었다 다시 해 주세요.",
  bad_cursor: "그사이 목록이 바뀌었어요. 처음부터 다시 불러 주세요.",
  bad_name: "이 별명은 쓸 수 없어요. 보이는 글자로 1~20자까지 적어 주세요. 지금 별명은 그대로예요.",
  no_code: "그런 코드가 없거나 시간이 지났어요. 바뀐 것은 없어요. 다른 기기에서 새 코드를 받아 주세요.",
  no_profile: "그런 사람의 기록이 없어요. 주소가 틀렸거나 기록을 지운 사람이에요.",
  no_room: "이 방의 기록을 볼 수 없어요. 코드가 틀렸거나 비밀번호가 걸린 방이에요.",
  no_race: "그런 경주 기록이 없어요. 주소를 다시 확인해 주세요.",
  no_token: "이 브라우저를 알아보지 못했어요. 새로 고침한 뒤 다시 해 주세요.",
  not_found: "그런 기록이 없어요. 주소를 다시 확인해 주세요.",
  malformed: "요청이 올바르지 않아 처리되지 않았어요. 새로 고침한 뒤 다시 해 주세요.",
  method_not_allowed: "서버가 모르는 요청이에요. 새로 고침하면 최신 화면으로 맞춰져요.",
  unsupported_type: "서버가 모르는 요청이에요. 새로 고침하면 최신 화면으로 맞춰져요.",
  too_large: "보내기에는 너무 커요. 바뀐 것은 없어요.",
  refused: "서버가 요청을 받지 않았어요. 새로 고침한 뒤 다시 해 주세요.",
};

const boards: Readonly<Record<Board, string>> = { paid: "커피 산 횟수", wins: "1등 횟수", win_rate: "1등 비율", races: "경주 수" };
const periods: Readonly<Record<Period, string>> = { day: "오늘", week: "이번 주", month: "이번 달", all: "전체" };
/** The same when it is not about now. */
const spans: Readonly<Record<Period, string>> = { ...periods, day: "하루", week: "한 주", month: "한 달" };
const before: Readonly<Record<Bounded, string>> = { day: "하루 전", week: "한 주 전", month: "한 달 전" };
const after: Readonly<Record<Bounded, string>> = { day: "하루 뒤", week: "한 주 뒤", month: "한 달 뒤" };

export const recordsKo = {
  troubles,
  loading: "기록을 불러오는 중…",
  more: "더 보기",
  moreCame: (count: number): string => `${count}개 더 불러왔어요.`,
  zone: (zone: string): string => `날짜와 시각은 ${zone} 기준이에요.`,

  history: {
    title: "지난 경주",
    lead: (room: string): string => `${room} 방에서 누가 쐈는지 모두 남아 있어요.`,
    empty: "아직 끝난 경주가 없어요",
    emptyBody: "경주가 끝나면 누가 커피를 샀는지 여기에 남아요. 비밀번호가 걸린 방의 기록은 그 방 사람에게만 보여요.",
    enter: "방으로 가기",
    board: "이 방 순위",
    undecided: (names: readonly string[]): string => `${attach(row(names, 2, ", ", (count) => `외 ${count}명`), "subject")} 재경주로`,
    runoffs: (count: number): string => `재경주 ${count}번`,
    firstHeat: "첫 경주",
    runoff: (number: number): string => `재경주 ${number}`,
    show: (time: string): string => `${time} 경주 자세히`,
    watch: (time: string): string => `${time} 경주 다시 보기`,
    notRun: "안 달림",
  },

  profile: {
    mine: "내 기록",
    title: "기록",
    since: (day: string): string => `${day}부터`,
    favourite: (racer: string): string => `${attach(racer, "object")} 가장 자주 골라요`,
    noFavourite: "아직 좋아하는 선수를 몰라요",
    races: "경주",
    wins: "1등",
    paid: "커피 삼",
    winRate: "1등 비율",
    payRate: "커피 살 비율",
    rateHelp: (share: string, races: string): string => `${races}판 중 ${share}`,
    winStreak: (count: number): string => `지금 ${count}연속 1등`,
    bestWinStreak: (count: number): string => `최고 ${count}연속 1등`,
    paidStreak: (count: number): string => `지금 ${count}번 내리 커피`,
    worstPaidStreak: (count: number): string => `최고 ${count}번 내리 커피`,
    last: "최근 경주",
    inRoom: (room: string): string => `${room} 방`,
    noneTitle: "아직 기록이 없어요",
    noneBody: "이 기기로 첫 경주를 마치면 여기에 기록이 쌓여요. 다른 기기에서 놀았다면 코드로 옮겨 올 수 있어요.",
    noneAction: "경주하러 가기",
    share: "내 기록 공유",
    shareText: (name: string, paid: number): string => `${name}의 경주 기록: 커피 ${paid}번 삼!`,
    erased: "기록을 지웠어요. 다음 경주부터 새로 쌓여요.",
  },

  keeping: {
    title: "내 기록 관리",
    rename: "별명",
    renameHint: "순위표와 기록에 보일 이름이에요. 방 안의 이름은 방에서 바꿔요.",
    renamed: "별명을 바꿨어요.",
    move: "다른 기기로 옮기기",
    moveHint: "다른 기기에서도 같은 사람으로 기록돼요. 가입은 필요 없어요.",
    offer: "코드 만들기",
    offered: "다른 기기의 ‘내 기록’에 이 코드를 넣어 주세요. 한 번만 쓸 수 있어요.",
    left: (minutes: number, seconds: number): string => (minutes > 0 ? `${minutes}분 ${seconds}초 남음` : `${seconds}초 남음`),
    over: "코드의 시간이 끝났어요. 새로 만들어 주세요.",
    again: "새 코드 만들기",
    copyCode: "코드 복사",
    codeCopied: "코드를 복사했어요.",
    take: "코드로 기록 가져오기",
    takeHint: "다른 기기에서 만든 코드를 적으면, 이 기기가 그 사람의 것이 돼요. 이 기기의 기록은 합쳐져요.",
    takeLabel: "옮기기 코드",
    takeMissing: "코드를 적어 주세요.",
    taken: (name: string): string => `이제 이 기기는 ${name}의 것이에요.`,
    takeAction: "가져오기",
    export: "내 기록 내려받기",
    exportHint: "남아 있는 모든 것을 JSON 파일로 받아요.",
    exported: "파일을 내려받았어요.",
    erase: "내 기록 지우기",
    eraseAsk: "정말 지울까요?",
    eraseBody: "내 기록, 순위, 등록된 기기가 모두 지워지고 되돌릴 수 없어요. 이미 끝난 경주는 이름 없이 남아요.",
    eraseSure: "모두 지우기",
  },

  boards: {
    title: "순위표",
    ofRoom: (room: string): string => `${room} 방 순위`,
    board: "무엇으로",
    period: "언제",
    scope: "어디에서",
    everywhere: "모든 방",
    onlyRoom: (room: string): string => `${room} 방`,
    boards,
    periods,
    spans,
    steps: "다른 때",
    before,
    after,
    rank: (rank: number, shared: boolean): string => (shared ? `공동 ${rank}등` : `${rank}등`),
    value: { paid: (n: string): string => `${n}번`, wins: (n: string): string => `${n}번`, races: (n: string): string => `${n}판` },
    facts: (races: string, wins: string, paid: string): string => `${races}판 · 1등 ${wins} · 커피 ${paid}`,
    rateHelp: (least: number): string => `${least}판 이상 달린 사람만 올라요. 판수가 적으면 운일 수 있어서, 순위는 확실한 만큼만 쳐 줘요.`,
    own: "내 순위",
    ownNone: "아직 이 순위표에 없어요.",
    ownPast: "이 순위표에 없어요.",
    ownFew: (least: number): string => `아직 이 순위표에 없어요. ${least}판을 채우면 올라요.`,
    you: "나",
    empty: "아직 아무도 없어요",
    emptyBody: "이 기간에 끝난 경주가 없어요. 첫 줄의 주인공이 되어 보세요.",
    emptyPast: "이 순위표에는 아무도 없어요",
    emptyFew: (least: number): string => `이 기간에 ${least}판을 채운 사람이 아직 없어요.`,
    emptyAction: "경주하러 가기",
    list: "순위",
    people: (count: string): string => `${count}명`,
  },

  stats: {
    title: "통계",
    lead: "여기서 열린 모든 경주를 숫자로 봤어요.",
    races: "경주",
    players: "사람",
    rooms: "방",
    since: (day: string): string => `${day}부터`,
    days: "하루에 몇 번 달렸나",
    daysTold: (races: string, days: number, best: string, most: string): string => `지난 ${days}일 동안 ${races}번. 가장 많은 날은 ${best}, ${most}번.`,
    daysNone: (days: number): string => `지난 ${days}일 동안 열린 경주가 없어요.`,
    day: "날짜",
    racesCount: (count: string): string => `경주 ${count}번`,
    kinds: "선수들의 성적",
    kindsTold: "비율이 높을수록 앞에 서 있어요. 생김새는 승부에 아무 영향이 없으니, 이기고 지는 건 모두 운이에요.",
    measure: "무엇을 볼까요",
    measures: { picked: "인기", wins: "1등", lasts: "꼴찌" },
    measured: {
      picked: "출발선에 섰을 때 누군가 고른 비율이에요.",
      wins: "달린 경주에서 1등 한 비율이에요.",
      lasts: "달린 경주에서 꼴찌 한 비율이에요.",
    },
    kind: "선수",
    linedUp: "출발선",
    picked: "달림",
    won: "1등",
    lasts: "꼴찌",
    table: "표로 보기",
    empty: "아직 셀 것이 없어요",
    emptyBody: "첫 경주가 끝나면 그림이 그려져요.",
  },
};

export type RecordWords = typeof recordsKo;
