/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

import com.sun.management.UnixOperatingSystemMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;

/**
 * Reads gauges of a JVM on this machine. Each reading makes it collect garbage first, so
 * that only needed memory counts.
 */
final class ProcessGauges implements GaugeSource {

	private static final double MEGABYTE = 1 << 20;

	private static final double KILOBYTES = 1 << 10;

	private static final boolean UNIX = ManagementFactory.getPlatformManagementInterfaces()
		.contains(UnixOperatingSystemMXBean.class);

	private final long pid;

	private final MBeanServerConnection beans;

	private final Closeable connection;

	private ProcessGauges(long pid, MBeanServerConnection beans, Closeable connection) {
		this.pid = pid;
		this.beans = beans;
		this.connection = connection;
	}

	/**
	 * Connects to a process.
	 * @param pid a JVM of the same user, which may be this one
	 * @throws IllegalStateException if it is not accessible
	 */
	static ProcessGauges of(long pid) {
		if (pid == ProcessHandle.current().pid()) {
			return new ProcessGauges(pid, ManagementFactory.getPlatformMBeanServer(), () -> {
			});
		}
		try {
			JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(startAgent(pid)));
			return new ProcessGauges(pid, connector.getMBeanServerConnection(), connector);
		}
		catch (IOException | AttachNotSupportedException ex) {
			throw new IllegalStateException("The process " + pid + " cannot be looked into: " + ex, ex);
		}
	}

	private static String startAgent(long pid) throws IOException, AttachNotSupportedException {
		VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
		try {
			return machine.startLocalManagementAgent();
		}
		finally {
			machine.detach();
		}
	}

	@Override
	public Map<Gauge, Double> read() {
		Map<Gauge, Double> values = new EnumMap<>(Gauge.class);
		try {
			MemoryMXBean memory = ManagementFactory.getPlatformMXBean(this.beans, MemoryMXBean.class);
			memory.gc();
			values.put(Gauge.HEAP, memory.getHeapMemoryUsage().getUsed() / MEGABYTE);
			values.put(Gauge.NON_HEAP, memory.getNonHeapMemoryUsage().getUsed() / MEGABYTE);
			values.put(Gauge.THREADS,
					(double) ManagementFactory.getPlatformMXBean(this.beans, ThreadMXBean.class).getThreadCount());
			if (UNIX) {
				values.put(Gauge.OPEN_FILES,
						(double) ManagementFactory.getPlatformMXBean(this.beans, UnixOperatingSystemMXBean.class)
							.getOpenFileDescriptorCount());
			}
			Path status = Path.of("/proc", Long.toString(this.pid), "status");
			if (Files.isReadable(status)) {
				residentMegabytes(Files.readAllLines(status)).ifPresent((size) -> values.put(Gauge.RESIDENT, size));
			}
			return values;
		}
		catch (IOException ex) {
			throw new IllegalStateException("The process " + this.pid + " cannot be looked into: " + ex, ex);
		}
	}

	/** Finds the resident memory in Linux's status of a process. */
	static OptionalDouble residentMegabytes(List<String> status) {
		return status.stream()
			.filter((line) -> line.startsWith("VmRSS:"))
			.mapToDouble((line) -> Long.parseLong(line.replaceAll("\\D", "")) / KILOBYTES)
			.findFirst();
	}

	@Override
	public void close() {
		try {
			this.connection.close();
		}
		catch (IOException ex) {
			// the process has ended
		}
	}

}
