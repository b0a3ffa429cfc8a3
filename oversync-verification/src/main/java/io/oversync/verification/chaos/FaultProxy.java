/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A bad network: an HTTP proxy between devices and a server that applies planned faults
 * to their exchanges and reports every arrival at the server.
 * <p>
 * Each exchange has connections of its own on both sides, so that each fault affects one
 * request and no HTTP client repeats another by itself.
 */
final class FaultProxy implements AutoCloseable {

	private static final int BACKLOG = 200;

	private static final int READ_MILLIS = 60_000;

	private static final int CLOSE_SECONDS = 120;

	/**
	 * The bytes that a device receives in place of a lost response. Without any byte, the
	 * JDK's client would repeat a GET, and the next fault would affect the repeat.
	 */
	private static final byte[] NOTHING = { 'H' };

	private final List<UpstreamServer> nodes;

	private final Consumer<Delivery> deliveries;

	private final Map<String, Lane> lanes = new ConcurrentHashMap<>();

	private final Map<Fault.Kind, LongAdder> suffered = new ConcurrentHashMap<>();

	private final ServerSocket front;

	private final Thread listener = daemon(this::listen);

	private final ExecutorService exchanges = Executors.newCachedThreadPool(FaultProxy::daemon);

	private FaultProxy(List<UpstreamServer> nodes, Consumer<Delivery> deliveries) throws IOException {
		this.nodes = nodes;
		this.deliveries = deliveries;
		this.front = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
	}

	/**
	 * Starts a proxy on a free port of localhost.
	 * @param serverAddress where the server is, such as {@code http://localhost:8080}
	 * @param deliveries receives each arrival at the server, before the device has it; by
	 * several threads at once
	 * @return the running proxy
	 */
	static FaultProxy start(String serverAddress, Consumer<Delivery> deliveries) {
		return start(List.of(serverAddress), deliveries);
	}

	/**
	 * Starts a proxy on a free port of localhost.
	 * @param addresses where the nodes of the server are; requests go to the first one,
	 * unless their lane roams
	 * @param deliveries as for {@link #start(String, Consumer)}
	 * @return the running proxy
	 */
	static FaultProxy start(List<String> addresses, Consumer<Delivery> deliveries) {
		try {
			FaultProxy proxy = new FaultProxy(addresses.stream().map(UpstreamServer::new).toList(), deliveries);
			proxy.listener.start();
			return proxy;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the server address for a device.
	 * @param lane the device's name in plans and reports
	 * @return the base of {@code /upload} and {@code /download}
	 */
	URI syncUri(String lane) {
		return URI.create("http://localhost:" + this.front.getLocalPort() + "/" + LaneRequest.segment(lane) + "/sync");
	}

	/**
	 * Plans the faults of a device's next exchanges, one each, in place of earlier plans.
	 * Later exchanges have no faults.
	 * @param lane the device
	 * @param faults in their order
	 */
	void plan(String lane, List<Fault> faults) {
		lane(lane).plan(faults);
	}

	/**
	 * Sends each further request to the next node.
	 * @param lane the device
	 */
	void roam(String lane) {
		lane(lane).roam();
	}

	private UpstreamServer node(LaneRequest request) {
		return this.nodes.get(lane(request.lane()).nextNode(this.nodes.size()));
	}

	/**
	 * Breaks off the answers that stay open.
	 * @param lane the device
	 */
	void breakStreams(String lane) {
		lane(lane).breakStreams();
	}

	/**
	 * Delivers the requests that are due for a later repeat, and waits for them.
	 * @param lane the device
	 */
	void flush(String lane) {
		lane(lane).release().forEach(this::deliver);
	}

	/**
	 * Counts the exchanges so far.
	 * @return the number of exchanges by their faults
	 */
	Map<Fault.Kind, Long> suffered() {
		Map<Fault.Kind, Long> counts = new EnumMap<>(Fault.Kind.class);
		this.suffered.forEach((kind, count) -> counts.put(kind, count.sum()));
		return counts;
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "fault-proxy");
		thread.setDaemon(true);
		return thread;
	}

	private Lane lane(String lane) {
		return this.lanes.computeIfAbsent(lane, (name) -> new Lane());
	}

	private void listen() {
		while (!this.front.isClosed()) {
			try {
				Socket device = this.front.accept();
				this.exchanges.execute(() -> serve(device));
			}
			catch (IOException ex) {
				// closed, or the device has gone already
			}
		}
	}

	/** Answers one request. An incomplete answer means that the connection broke off. */
	private void serve(Socket device) {
		try (device) {
			device.setTcpNoDelay(true);
			device.setSoTimeout(READ_MILLIS);
			HttpMessage received = HttpMessage.read(new BufferedInputStream(device.getInputStream()));
			LaneRequest request = LaneRequest.of(received, this.nodes.get(0).hostField());
			if (request.isWatch()) {
				stream(request, device);
				return;
			}
			Response response = exchange(request);
			device.getOutputStream().write(response.bytes);
			if (response.stalls) {
				awaitDeparture(device);
			}
		}
		catch (IOException ex) {
			// the device has gone
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Passes an answer on as it comes, until either side ends it or the lane breaks. */
	private void stream(LaneRequest request, Socket device) throws IOException {
		Lane lane = lane(request.lane());
		if (!lane.open(device)) {
			return;
		}
		try (Socket server = node(request).open(request.message())) {
			lane.open(server);
			this.exchanges.execute(() -> closeAfter(device, server));
			server.getInputStream().transferTo(device.getOutputStream());
		}
		finally {
			lane.close(device);
		}
	}

	/** The server notices a device that has gone when it writes; this is sooner. */
	private static void closeAfter(Socket device, Socket server) {
		try (server) {
			device.setSoTimeout(0);
			awaitDeparture(device);
		}
		catch (IOException ex) {
			// the device has gone
		}
	}

	private static void awaitDeparture(Socket device) throws IOException {
		while (device.getInputStream().read() >= 0) {
			// it has said all that it had to say
		}
	}

	/** Returns the bytes that the device receives. */
	private Response exchange(LaneRequest request) throws InterruptedException {
		Lane lane = lane(request.lane());
		List<LaneRequest> repeats = lane.release();
		Fault fault = lane.nextFault(request.isUpload());
		this.suffered.computeIfAbsent(fault.kind(), (kind) -> new LongAdder()).increment();
		if (fault.kind() == Fault.Kind.LOSE_REQUEST || fault.kind() == Fault.Kind.CUT_RESPONSE) {
			lane.breakStreams();
		}
		byte[] answer = suffer(fault, request);
		repeats.forEach(this::deliver);
		return new Response(answer, fault.kind() == Fault.Kind.STALL_RESPONSE && answer != NOTHING);
	}

	private byte[] suffer(Fault fault, LaneRequest request) throws InterruptedException {
		return switch (fault.kind()) {
			case NONE -> whole(deliver(request));
			case LOSE_REQUEST -> NOTHING;
			case CUT_REQUEST -> {
				deliverPart(request, fault.amount());
				yield NOTHING;
			}
			case LOSE_RESPONSE, LOSE_UPLOAD_RESPONSE -> {
				deliver(request);
				yield NOTHING;
			}
			case CUT_RESPONSE, STALL_RESPONSE -> {
				HttpMessage answer = deliver(request);
				yield (answer != null) ? answer.cut(fault.amount()) : NOTHING;
			}
			case DUPLICATE -> {
				deliver(request);
				yield whole(deliver(request));
			}
			case DUPLICATE_AT_ONCE -> {
				CompletableFuture<?> other = CompletableFuture.runAsync(() -> deliver(request),
						(task) -> daemon(task).start());
				HttpMessage answer = deliver(request);
				other.join();
				yield whole(answer);
			}
			case REPEAT_LATER -> {
				HttpMessage answer = deliver(request);
				lane(request.lane()).hold(request);
				yield whole(answer);
			}
			case DELAY_REQUEST -> {
				TimeUnit.MILLISECONDS.sleep(fault.amount());
				yield whole(deliver(request));
			}
			case DELAY_RESPONSE -> {
				HttpMessage answer = deliver(request);
				TimeUnit.MILLISECONDS.sleep(fault.amount());
				yield whole(answer);
			}
		};
	}

	private static byte[] whole(@Nullable HttpMessage answer) {
		return (answer != null) ? answer.bytes() : NOTHING;
	}

	/** Returns the answer for the device, null if the server gave none. */
	private @Nullable HttpMessage deliver(LaneRequest request) {
		long started = System.nanoTime();
		UpstreamServer.Arrival arrival = node(request).send(request.message()).orElse(null);
		if (arrival == null) {
			return null;
		}
		report(request, arrival, started);
		HttpMessage answer = arrival.answer();
		return (answer != null) ? answer.forwarded(answer.startLine(), "Connection: close") : null;
	}

	private void deliverPart(LaneRequest request, int thousandths) {
		long started = System.nanoTime();
		node(request).sendPart(request.message().cut(thousandths))
			.ifPresent((arrival) -> report(request, arrival, started));
	}

	private void report(LaneRequest request, UpstreamServer.Arrival arrival, long started) {
		this.deliveries
			.accept(new Delivery(request.lane(), request.method(), request.pathAndQuery(), request.message().body(),
					arrival.complete(), arrival.status(), arrival.body(), started, System.nanoTime()));
	}

	/** Ends the network, after the exchanges that are under way. */
	@Override
	public void close() {
		try {
			this.front.close();
			this.listener.join();
			this.lanes.values().forEach(Lane::end);
			this.exchanges.shutdown();
			this.exchanges.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * The bytes that the device receives, and whether the connection stays open
	 * afterwards.
	 */
	private record Response(byte[] bytes, boolean stalls) {
	}

}
