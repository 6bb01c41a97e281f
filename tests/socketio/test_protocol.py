"""Socket.IO protocol 5, statement by statement, against the server its document describes."""

from __future__ import annotations

import json

import pytest
from tests.waiting import until

from paddock.socketio import Options

from .harness import reference_server, running


async def test_the_first_packet_is_answered_with_the_socket_id() -> None:
    async with running(reference_server()) as stand, stand.opened() as wire:
        await wire.send("40")
        packet = await wire.text()
        assert packet.startswith("40{")
        answer = json.loads(packet[2:])
        assert set(answer) == {"sid"}
        assert answer["sid"] != wire.sid
        assert await wire.text() == '42["auth",{}]'


async def test_the_connect_payload_reaches_the_handler() -> None:
    async with running(reference_server()) as stand, stand.connected('40{"token":"123"}') as wire:
        assert await wire.text() == '42["auth",{"token":"123"}]'


async def test_a_custom_namespace_is_connected_to_by_name() -> None:
    async with running(reference_server()) as stand, stand.opened() as wire:
        await wire.send('40/custom,{"token":"abc"}')
        assert (await wire.text()).startswith('40/custom,{"sid":"')
        assert await wire.text() == '42/custom,["auth",{"token":"abc"}]'


async def test_a_namespace_may_end_the_packet_without_a_comma() -> None:
    async with running(reference_server()) as stand, stand.opened() as wire:
        await wire.send("40/custom")
        assert (await wire.text()).startswith('40/custom,{"sid":"')


async def test_an_unknown_namespace_is_refused() -> None:
    async with running(reference_server()) as stand, stand.opened() as wire:
        await wire.send("40/random")
        assert await wire.text() == '44/random,{"message":"Invalid namespace"}'


async def test_several_namespaces_share_a_connection() -> None:
    async with running(reference_server()) as stand, stand.opened() as wire:
        await wire.send("40", "40/custom,")
        names = [(await wire.text())[:4] for _ in range(4)]
        assert names == ['40{"', '42["', "40/c", "42/c"]
        await wire.send('42["message","one"]')
        assert await wire.text() == '42["message-back","one"]'


async def test_a_first_packet_other_than_connect_closes_the_connection() -> None:
    async with running(reference_server()) as stand, stand.opened() as wire:
        await wire.send('42["message","hi"]')
        assert await wire.ended() == 1008


async def test_no_connect_in_time_closes_the_connection() -> None:
    sio = reference_server(Options(connect_timeout=0.1))
    async with running(sio) as stand, stand.opened() as wire:
        assert await wire.ended() == 1000
        assert not sio.engine.sessions


async def test_events_carry_any_json() -> None:
    async with running(reference_server()) as stand, stand.connected() as wire:
        await wire.text()
        await wire.send('42["message",1,"2",{"3":[true,null,4.5]}]')
        assert await wire.text() == '42["message-back",1,"2",{"3":[true,null,4.5]}]'


async def test_binary_is_sent_as_attachments() -> None:
    async with running(reference_server()) as stand, stand.connected() as wire:
        await wire.text()
        header = '452-["message",{"_placeholder":true,"num":0},{"deep":[{"_placeholder":true,"num":1}]}]'
        await wire.send(header, b"\x01\x02\x03", b"\x04\x05\x06")
        assert await wire.text() == (
            '452-["message-back",{"_placeholder":true,"num":0},{"deep":[{"_placeholder":true,"num":1}]}]'
        )
        assert await wire.receive() == b"\x01\x02\x03"
        assert await wire.receive() == b"\x04\x05\x06"


async def test_an_event_with_an_id_is_acknowledged_with_it() -> None:
    async with running(reference_server()) as stand, stand.connected() as wire:
        await wire.text()
        await wire.send('42456["message-with-ack",1,"2",{"3":[false]}]')
        assert await wire.text() == '43456[1,"2",{"3":[false]}]'


async def test_an_event_with_an_id_and_no_arguments_is_acknowledged_with_an_empty_array() -> None:
    async with running(reference_server()) as stand, stand.connected() as wire:
        await wire.text()
        await wire.send('420["message-with-ack"]')
        assert await wire.text() == "430[]"


async def test_an_acknowledgement_may_carry_attachments() -> None:
    async with running(reference_server()) as stand, stand.connected() as wire:
        await wire.text()
        header = '452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'
        await wire.send(header, b"\x01\x02\x03", b"\x04\x05\x06")
        assert await wire.text() == '462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'
        assert await wire.receive() == b"\x01\x02\x03"
        assert await wire.receive() == b"\x04\x05\x06"


async def test_leaving_a_namespace_needs_no_answer_and_keeps_the_others() -> None:
    sio = reference_server()
    async with running(sio) as stand, stand.connected() as wire:
        await wire.text()
        await wire.send("40/custom")
        await wire.text()
        await wire.text()
        await wire.send("41", '42/custom,["message"]')
        await until(lambda: not sio.of("/").sockets, "the namespace is empty")
        assert len(sio.of("/custom").sockets) == 1
        await wire.send("40")
        assert (await wire.text()).startswith("40{")


@pytest.mark.parametrize("transport", ["polling", "websocket"])
async def test_both_transports_speak_alike(transport: str) -> None:
    # No ping comes in between.
    async with running(reference_server(Options(ping_interval=60))) as stand:
        if transport == "websocket":
            async with stand.connected() as wire:
                await wire.text()
                await wire.send('421["message-with-ack","x"]')
                assert await wire.text() == '431["x"]'
            return
        sid = await stand.open_polling()
        await stand.post(sid, "40")
        body = (await stand.poll(sid))[1]
        if "auth" not in body:
            body += (await stand.poll(sid))[1]
        assert body.endswith('\x1e42["auth",{}]')
        await stand.post(sid, '421["message-with-ack","x"]\x1e451-["message",{"_placeholder":true,"num":0}]\x1ebAQID')
        body = (await stand.poll(sid))[1]
        assert body == '431["x"]\x1e451-["message-back",{"_placeholder":true,"num":0}]\x1ebAQID'
