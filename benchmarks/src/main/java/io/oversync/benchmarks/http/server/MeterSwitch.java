/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import io.oversync.internal.event.EngineListener;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Switches all listeners of the engine on and off while the server runs: what they cost
 * is measured in one process, whose compiled code and memory are the same in both turns.
 */
class MeterSwitch implements BeanPostProcessor {

	private volatile boolean on = true;

	void set(boolean on) {
		this.on = on;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof EngineListener listener)) {
			return bean;
		}
		return Proxy.newProxyInstance(EngineListener.class.getClassLoader(), new Class<?>[] { EngineListener.class },
				(proxy, method, arguments) -> invoke(this.on ? listener : EngineListener.NONE, method, arguments));
	}

	private static Object invoke(EngineListener listener, Method method, Object[] arguments) throws Throwable {
		try {
			return method.invoke(listener, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

}
