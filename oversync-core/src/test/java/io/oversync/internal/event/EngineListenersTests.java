/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.event;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.oversync.internal.event.EngineListener.Part;
import io.oversync.internal.event.EngineListener.Phase;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several listeners as one.
 */
class EngineListenersTests {

	private final List<String> calls = new ArrayList<>();

	private EngineListener recording(String name) {
		return new EngineListener() {

			@Override
			public void attempted(int attempts) {
				EngineListenersTests.this.calls.add(name + attempts);
			}

			@Override
			public Part begin(Phase phase) {
				EngineListenersTests.this.calls.add(name + "(");
				return () -> EngineListenersTests.this.calls.add(")" + name);
			}

		};
	}

	private static EngineListener failing() {
		return new EngineListener() {

			@Override
			public void attempted(int attempts) {
				throw new IllegalStateException();
			}

			@Override
			public Part begin(Phase phase) {
				return () -> {
					throw new IllegalStateException();
				};
			}

		};
	}

	@Test
	void noneIsNone() {
		assertThat(EngineListeners.of(List.of())).isSameAs(EngineListener.NONE);
	}

	@Test
	void eachIsCalledInOrderAlthoughOneFails() {
		EngineListeners.of(List.of(recording("a"), failing(), recording("b"))).attempted(2);
		assertThat(this.calls).containsExactly("a2", "b2");
	}

	@Test
	void partsEndInReverseOrderAlthoughOneFails() {
		try (Part part = EngineListeners.of(List.of(recording("a"), failing(), recording("b"))).begin(Phase.PLAN)) {
			this.calls.add("work");
		}
		assertThat(this.calls).containsExactly("a(", "b(", "work", ")b", ")a");
	}

	@Test
	void aPhaseInWhichNoListenerTakesPartHasNoPart() {
		EngineListener idle = new EngineListener() {
		};
		assertThat(EngineListeners.of(List.of(idle, idle)).begin(Phase.PLAN)).isSameAs(Part.NONE);
	}

	@Test
	void aListenerWithoutAPartIsLeftOut() {
		EngineListener idle = new EngineListener() {
		};
		try (Part part = EngineListeners.of(List.of(idle, failing(), recording("a"), idle)).begin(Phase.PLAN)) {
			this.calls.add("work");
		}
		assertThat(this.calls).containsExactly("a(", "work", ")a");
	}

	@Test
	void aPartOfOneListenerMayFail() {
		EngineListeners.of(List.of(failing())).begin(Phase.PLAN).close();
		assertThat(this.calls).isEmpty();
	}

	/** One that is forgotten would be lost without a trace. */
	@Test
	void everyEventIsPassedOn() {
		List<String> passedOn = Arrays.stream(EngineListeners.class.getDeclaredMethods())
			.map(EngineListenersTests::signature)
			.toList();
		assertThat(EngineListener.class.getDeclaredMethods())
			.filteredOn((event) -> !Modifier.isStatic(event.getModifiers()))
			.extracting(EngineListenersTests::signature)
			.isNotEmpty()
			.allSatisfy((event) -> assertThat(passedOn).contains(event));
	}

	private static String signature(Method method) {
		return method.getName() + Arrays.toString(method.getParameterTypes());
	}

}
